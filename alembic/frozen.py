"""Runs SQL in a revision: statements of its own, and the frozen copies of the files in sql/.

NNNN_NAME.sql beside a revision NNNN is the copy of sql/NAME.sql that this revision installs. It is
never edited after a release; a later revision brings a newer copy.
"""

from pathlib import Path

from alembic import op

LOCK_TIMEOUT = "3s"


def execute(statement: str) -> None:
    """Run SQL exactly as written: a colon in it is never taken for a bind parameter."""
    op.execute(statement.strip().removesuffix(";").replace(":", r"\:"))


def wait_briefly_for_locks() -> None:
    """Give up on a table lock after LOCK_TIMEOUT, rather than queue every reader behind the wait."""
    execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")


def run_script(revision_file: str) -> None:
    """Run the SQL file of the revision's own name that stands beside it."""
    execute(Path(revision_file).with_suffix(".sql").read_text(encoding="utf-8"))


def install(revision_file: str, *names: str) -> None:
    """Install this revision's frozen copies of sql/NAME.sql, in the order given."""
    revision = Path(revision_file)
    number = revision.name.split("_", 1)[0]
    for name in names:
        execute(revision.with_name(f"{number}_{name}.sql").read_text(encoding="utf-8"))
