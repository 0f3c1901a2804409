"""docs/reference.md: every function has a section. What its examples print is compared in test_docs.py."""

import re

from builders import column
from conftest import PROJECT

REFERENCE = PROJECT / "docs" / "reference.md"
EXAMPLE = re.compile(r"^```sql(?: \w+)?\n(.*?)^```", re.MULTILINE | re.DOTALL)
# What is not called by name: helpers, and what only our own revisions and triggers call.
CALLED_BY_DBA = {
    "hand_over_column", "isolate_tenants", "unisolate_tenants", "schedule", "unschedule",
    "rename_tenant", "erase_tenant", "version",
}  # fmt: skip


def test_every_function_has_a_section_with_an_example(db):
    text = REFERENCE.read_text("utf-8")
    sections = dict(re.findall(r"^### ([^\n]*)\n(.*?)(?=^##|\Z)", text, re.MULTILINE | re.DOTALL))
    public = column(db, "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prokind IN ('f', 'p')"
                        " AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')")  # fmt: skip
    assert len(public) == 10
    for name in {*public, "cadence_coverage", *CALLED_BY_DBA}:
        bodies = [body for title, body in sections.items() if re.search(rf"\b{name}\b", title)]
        assert len(bodies) == 1, name
        calls = EXAMPLE.findall(bodies[0])
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
