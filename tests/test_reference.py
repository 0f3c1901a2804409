"""docs/reference.md: every function has a section, and every example gives what stands below it."""

import os
import re
import subprocess
from uuid import uuid4

import pytest
from builders import column
from conftest import PROJECT
from hosts import environment
from psycopg import Connection

REFERENCE = PROJECT / "docs" / "reference.md"
# An example, and what psql prints, if anything.
EXAMPLE = re.compile(r"^```sql( \w+)?\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL)
# What is not called by name: helpers, and what only our own revisions and triggers call.
CALLED_BY_DBA = {
    "hand_over_column", "isolate_tenants", "unisolate_tenants", "schedule", "unschedule",
    "rename_tenant", "erase_tenant", "version",
}  # fmt: skip


def examples() -> list[tuple[str, str, str]]:
    """Return the examples in order, as what they depend on, the statements and the output."""
    return [
        (kind.strip(), sql, output) for kind, sql, output in EXAMPLE.findall(REFERENCE.read_text("utf-8"))
    ]


def printed(db: Connection, scripts: list[str]) -> list[str]:
    """Return what psql prints at each of the scripts, in one session."""
    mark = f"== {uuid4()} =="
    done = subprocess.run(
        ["psql", "-X", "-q"],
        input="".join(f"{script}\\echo '{mark}'\n" for script in scripts),
        env=environment(db.info.dbname) | {"PGOPTIONS": "-c client_min_messages=notice"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    # psql leaves spaces at the end of a line.
    lines = "\n".join(line.rstrip() for line in done.stdout.splitlines())
    return [text.strip("\n") for text in lines.split(mark)[:-1]]


@pytest.fixture
def database(db):
    """A database, and no role of the examples' left behind."""
    yield db
    db.execute("DROP ROLE IF EXISTS marketing_api")


def test_every_example_gives_what_stands_below_it(database):
    listed = examples()
    got = printed(database, [sql for _, sql, _ in listed])
    assert len(got) == len(listed)
    if os.environ.get("REWRITE"):
        rewritten = iter(got)
        REFERENCE.write_text(
            EXAMPLE.sub(
                lambda found: (
                    f"```sql{found[1] or ''}\n{found[2]}```\n"
                    + (f"\n```text\n{text}\n```\n" if (text := next(rewritten)) and not found[1] else "")
                ),
                REFERENCE.read_text("utf-8"),
            ),
            "utf-8",
        )
    wrong = [
        f"{sql}--- printed:\n{text}\n--- documented:\n{output}"
        for (kind, sql, output), text in zip(listed, got, strict=True)
        if not kind and text != output.strip("\n")
    ]
    assert not wrong, "\n\n".join(wrong)
    for (kind, sql, _), text in zip(listed, got, strict=True):
        if kind == "pg_cron":  # what it answers depends on the server; tests/test_pg_cron.py has them all
            assert not re.search("does not exist|syntax error", text), f"{sql}--- printed:\n{text}"


def test_every_function_has_a_section_with_an_example(db):
    text = REFERENCE.read_text("utf-8")
    sections = dict(re.findall(r"^### ([^\n]*)\n(.*?)(?=^##|\Z)", text, re.MULTILINE | re.DOTALL))
    public = column(db, "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prokind IN ('f', 'p')"
                        " AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')")  # fmt: skip
    assert len(public) == 10
    for name in {*public, "cadence_coverage", *CALLED_BY_DBA}:
        bodies = [body for title, body in sections.items() if re.search(rf"\b{name}\b", title)]
        assert len(bodies) == 1, name
        calls = [sql for _, sql, _ in EXAMPLE.findall(bodies[0])]
        assert any(re.search(rf"\b{name}\b", sql) for sql in calls), name


def test_a_sections_title_has_the_parameters_in_order(db):
    titles = re.findall(r"(?:topoff\.)?(\w+)\(([\w, ]*)\)", "\n".join(re.findall(r"^### (.*)", REFERENCE.read_text("utf-8"), re.MULTILINE)))  # fmt: skip
    assert len(titles) == 18
    for name, parameters in titles:
        (names,) = column(
            db,
            "SELECT array_to_string(proargnames[1:pronargs], ', ') FROM pg_proc WHERE proname = %s"
            " AND pronamespace IN ('public'::regnamespace, 'topoff'::regnamespace)",
            name,
        )
        assert (names or "") == parameters, name
