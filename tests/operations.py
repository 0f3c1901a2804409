"""The SQL of docs/operations.md, as it stands there."""

import re
from textwrap import dedent

from conftest import PROJECT

TEXT = (PROJECT / "docs" / "operations.md").read_text(encoding="utf-8")


def statements(text: str = TEXT) -> list[str]:
    """Return every statement."""
    blocks = re.findall(r"^( *)```sql\n(.*?)^\1```$", text, flags=re.MULTILINE | re.DOTALL)
    return [
        statement
        for _, block in blocks
        for statement in re.findall(r"[A-Z].*?;$", dedent(block), flags=re.MULTILINE | re.DOTALL)
    ]


def statement(announced: str) -> str:
    """Return the first statement after these words."""
    assert TEXT.count(announced) == 1, announced
    return statements(TEXT.split(announced)[1])[0]


def needs_pg_cron(text: str) -> bool:
    """Tell whether a statement can be run beside pg_cron only: in test_pg_cron.py."""
    return bool(re.search(r"\bcron\.|\btopoff\.(un)?schedule\(", text))
