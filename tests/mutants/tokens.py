"""SQL as tokens: comments, strings, numbers, words and operators, each with its place in the text.

A dollar-quoted body is not one string here: its tags are tokens of their own, and what stands between them is
read like the rest.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

PATTERN = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<comment>--[^\n]*)
    | (?P<tag>\$[a-z]*\$)
    | (?P<string>[eE]?'(?:[^']|'')*')
    | (?P<quoted>"[^"]*")
    | (?P<number>\d+(?:\.\d+)?)
    | (?P<word>[A-Za-z_]\w*|\$\d+)
    | (?P<operator>::|:=|=>|\.\.|[<>=!~|&@*/%+\-^]+)
    | (?P<mark>.)
    """,
    re.VERBOSE,
)


class Token(NamedTuple):
    """A piece of SQL."""

    kind: str
    text: str
    start: int
    end: int
    depth: int

    @property
    def upper(self) -> str:
        """Return it as a keyword is written."""
        return self.text.upper() if self.kind == "word" else self.text


def pieces(text: str) -> Iterator[tuple[str, str, int, int]]:
    """Yield all of a text, an operator before a comment without it."""
    place = 0
    while place < len(text):
        found = PATTERN.match(text, place)
        kind, piece = str(found.lastgroup), found.group()
        if kind == "operator" and "--" in piece[1:]:
            piece = piece[: piece.index("--", 1)]
        yield kind, piece, place, place + len(piece)
        place += len(piece)


def tokens(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """Return what has a meaning between two places of a text; the depth counts parentheses and brackets."""
    found = []
    depth = 0
    for kind, piece, begin, stop in pieces(text[: len(text) if end is None else end]):
        if kind in ("space", "comment") or begin < start:
            continue
        if piece in (")", "]"):
            depth -= 1
        found.append(Token(kind, piece, begin, stop, depth))
        if piece in ("(", "["):
            depth += 1
    return found


def normal(text: str) -> str:
    """Return a text without comments and with single spaces, so that the same code reads the same."""
    return " ".join(token.text for token in tokens(text))
