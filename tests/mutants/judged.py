"""The mutants that no test can kill, and why: tests/mutants/judged.toml.

An entry names a file, a line of it in single spaces and, unless it holds for every change of that line,
what the line becomes. The reason says why nobody can see the difference.
"""

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from mutants.tokens import normal

JUDGED = Path(__file__).parent / "judged.toml"


class Judgement(NamedTuple):
    """What was said of the mutants of one line."""

    file: str
    line: str
    became: tuple[str, ...]
    why: str

    def holds_for(self, result: dict[str, Any]) -> bool:
        """Tell whether a mutant is meant."""
        return (
            self.file == result["file"]
            and self.line == result["line"]
            and (not self.became or result["became_line"] in self.became)
        )


def judgements() -> list[Judgement]:
    """Read them."""
    entries = tomllib.loads(JUDGED.read_text(encoding="utf-8")).get("equivalent", [])
    return [
        Judgement(entry["file"], entry["line"], tuple(entry.get("became", ())), entry["why"])
        for entry in entries
    ]


def judged(result: dict[str, Any], known: Iterable[Judgement]) -> Judgement | None:
    """Return what was said of a mutant."""
    return next((judgement for judgement in known if judgement.holds_for(result)), None)


def lines(text: str, mutated: str, start: int, end: int, became: str) -> tuple[str, str]:
    """Return the lines that a change touches, before and after, in single spaces."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", max(end - 1, start))
    before = text[first:last]
    after = mutated[first : last + len(became) - (end - start)]
    return normal(before), normal(after)
