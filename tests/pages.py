"""The pages that people read, as tests read them: their blocks and links.

A block is what stands between fences or is indented by four spaces. A comment right above it gives it a name:

    <!-- run: top-off -->
    ```python
    ...
    ```

test_docs.py fails for a block that no test runs: either the page's SQL is run from the top to the bottom
(STORIES there), or the block has a name and a test asks for it, block("docs/api.md", "top-off").
"""

import re
from functools import lru_cache
from textwrap import dedent
from typing import NamedTuple

from conftest import PROJECT

PAGES = tuple(
    str(path.relative_to(PROJECT))
    for folder in ("", "docs")
    for path in sorted((PROJECT / folder).glob("*.md"))
)
NAME = re.compile(r"^ *<!-- run: ([\w-]+) -->$")
FENCE = re.compile(r"^( *)```(.*)$")


class Block(NamedTuple):
    """What stands in a page to be run, to be looked at, or to be pasted."""

    page: str
    line: int
    section: str
    kind: str  # sql, text, bash, python ...; "indented" where it has no fences
    name: str
    text: str

    def __str__(self) -> str:
        """Where it is."""
        return f"{self.page}:{self.line} ({self.kind} {self.name})"


def text_of(page: str) -> str:
    """Return a page's text."""
    return (PROJECT / page).read_text(encoding="utf-8")


@lru_cache
def blocks(page: str) -> tuple[Block, ...]:
    """Return every block of a page, in order."""
    found = []
    lines = text_of(page).splitlines()
    section, at = "", 0
    while at < len(lines):
        first = at
        above = lines[at - 1] if at else ""
        if fence := FENCE.match(lines[at]):
            end = next(n for n in range(at + 1, len(lines)) if lines[n] == f"{fence[1]}```")
            named = NAME.match(above)
            text = dedent("\n".join(lines[at + 1 : end]) + "\n")
            found.append(Block(page, first + 1, section, fence[2].strip(), named[1] if named else "", text))
            at = end
        elif lines[at].startswith("    ") and not above.strip():
            while at < len(lines) and (lines[at].startswith("    ") or not lines[at].strip()):
                at += 1
            text = dedent("\n".join(lines[first:at])).strip() + "\n"
            found.append(Block(page, first + 1, section, "indented", "", text))
            at -= 1
        elif lines[at].startswith("#"):
            section = lines[at].lstrip("# ")
        at += 1
    return tuple(found)


def block(page: str, name: str) -> str:
    """Return the text of the block of this name."""
    (found,) = (each.text for each in blocks(page) if each.name == name)
    return found


def prose(page: str) -> str:
    """Return a page without its blocks and comments."""
    lines = text_of(page).splitlines()
    for each in blocks(page):
        length = each.text.count("\n") + (0 if each.kind == "indented" else 2)
        for n in range(each.line - 1, min(each.line - 1 + length, len(lines))):
            lines[n] = ""
    return re.sub(r"<!--.*?-->", "", "\n".join(lines), flags=re.DOTALL)


def anchors(page: str) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    found: set[str] = set()
    for heading in re.findall(r"^#+ +(.*)$", prose(page), re.MULTILINE):
        plain = re.sub(r"[^\w\- ]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower())
        anchor = plain.replace(" ", "-")
        n = 0
        while (f"{anchor}-{n}" if n else anchor) in found:
            n += 1
        found.add(f"{anchor}-{n}" if n else anchor)
    return found


def links(page: str) -> list[str]:
    """Return where a page's links and pictures point to."""
    text = prose(page)
    return re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'\b(?:src|href)="([^"]+)"', text)
