"""The mutants of a file in sql/: its first statement with one place changed.

The rules know SQL as far as they need to: tokens, parentheses, and which words end a clause. What they
make need not be valid; the server tells. What only changes how fast something is (settings, MATERIALIZED,
OFFSET 0) or what COMMENT ON says is left alone.
"""

import hashlib
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mutants.tokens import Token, normal, tokens

COMPARISONS = {
    "=": ["<>"],
    "<>": ["="],
    "<": ["<=", ">="],
    "<=": ["<", ">"],
    ">": [">=", "<="],
    ">=": [">", "<"],
    "~": ["!~"],
    "!~": ["~"],
    "<@": ["@>"],
    "&&": ["-|-"],
}
ARITHMETIC = {
    "+": ["-"],
    "-": ["+"],
    "*": ["/"],
    "/": ["*"],
    "%": ["/"],
    "<<": [">>"],
    ">>": ["<<"],
    "&": ["|"],
}
WORDS = {
    "AND": "OR",
    "OR": "AND",
    "TRUE": "FALSE",
    "FALSE": "TRUE",
    "MIN": "MAX",
    "MAX": "MIN",
    "LEAST": "GREATEST",
    "GREATEST": "LEAST",
    "LOWER": "UPPER",
    "UPPER": "LOWER",
    "BOOL_OR": "BOOL_AND",
    "ANY": "ALL",
    "ALL": "ANY",
}
DROPPED = {"DISTINCT", "LEFT", "FULL", "NOT"}
# What ends an operand of AND and OR, or the keys of ORDER BY, at their own depth.
CLAUSE_ENDS = {
    "AND", "OR", "THEN", "WHEN", "ELSE", "END", "GROUP", "ORDER", "HAVING", "LIMIT", "OFFSET", "FOR",
    "RETURNING", "UNION", "LOOP", "ON", "DO", "SET", "JOIN", "LEFT", "FULL", "CROSS", "USING", "AS",
    "WINDOW", "INTO", "FROM", "WHERE", "IS",
}  # fmt: skip
CONDITION_ENDS = CLAUSE_ENDS - {"IS", "FROM", "ON", "AS", "USING", "SET", "LEFT"}
KEY_ENDS = {"LIMIT", "OFFSET", "FOR", "ROWS", "RANGE", "INTO", "LOOP", "ON", "RETURNING"}
STATEMENTS = {
    "PERFORM",
    "INSERT",
    "UPDATE",
    "DELETE",
    "RAISE",
    "EXIT",
    "CONTINUE",
    "COMMIT",
    "EXECUTE",
    "SET",
    "GET",
}
STATEMENT_BEGINS = {";", "BEGIN", "THEN", "ELSE", "LOOP"}
BODY = re.compile(r"^AS \$\$|^BEGIN ATOMIC|^RETURN\b|\bAS$", re.MULTILINE)


@dataclass(frozen=True)
class Mutant:
    """A file with one place changed."""

    file: str
    rule: str
    start: int
    end: int
    became: str
    text: str

    @property
    def key(self) -> str:
        """Return what stays the same as long as neither the function nor the mutant changes."""
        return hashlib.sha256(f"{self.file} {normal(self.text)}".encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Change:
    """What becomes of the text between two places."""

    rule: str
    start: int
    end: int
    became: str


class Source:
    """The body of a file's first statement, as tokens."""

    def __init__(self, text: str) -> None:
        """Read it."""
        self.text = text
        begin = BODY.search(text)
        start = begin.start() + (3 if text.startswith("AS", begin.start()) else 0)
        if text.startswith("AS $$", begin.start()):
            end = text.index("\n$$", start)
        elif text.startswith("BEGIN ATOMIC", begin.start()):
            end = text.index("\nEND;", start)
        else:
            end = text.index(";", start)
        self.tokens = [token for token in tokens(text, start, end + 1) if token.kind != "tag"]

    def until(self, place: int, ends: set[str]) -> int:
        """Return the token that ends what begins at a place: a word, a mark or a parenthesis."""
        depth = self.tokens[place].depth
        between = 0
        cases = 0
        while place < len(self.tokens):
            token = self.tokens[place]
            if token.depth < depth or (token.depth == depth and token.text in (",", ";")):
                return place
            if token.depth == depth:
                if token.upper == "CASE":
                    cases += 1
                elif token.upper == "END" and cases:
                    cases -= 1
                elif token.upper == "BETWEEN":
                    between += 1
                elif token.upper == "AND" and between:
                    between -= 1
                elif token.upper in ends and not cases and not self.is_part_of_expression(place):
                    return place
            place += 1
        return place

    def is_part_of_expression(self, place: int) -> bool:
        """Tell whether a word like FROM belongs to IS DISTINCT FROM and not to a clause."""
        before = [token.upper for token in self.tokens[max(place - 1, 0) : place]]
        return self.tokens[place].upper == "FROM" and before == ["DISTINCT"]

    def upper(self, place: int) -> str:
        """Return the token at a place as a keyword, or nothing beyond the end."""
        return self.tokens[place].upper if 0 <= place < len(self.tokens) else ""

    def cut(self, rule: str, first: int, after: int, became: str = "") -> Change:
        """Return the change that replaces some tokens."""
        return Change(rule, self.tokens[first].start, self.tokens[after - 1].end, became)

    def part(self, first: int, after: int) -> str:
        """Return the text of some tokens."""
        return self.text[self.tokens[first].start : self.tokens[after - 1].end]

    def changes(self) -> Iterator[Change]:
        """Yield every change."""
        for place, token in enumerate(self.tokens):
            yield from self.operators(place, token)
            yield from self.constants(place, token)
            yield from self.words(place, token)
            yield from self.conditions(place, token)
            yield from self.clauses(place, token)
            yield from self.calls(place, token)
            yield from self.statements(place, token)

    def operators(self, place: int, token: Token) -> Iterator[Change]:
        """Comparison and arithmetic."""
        is_label = self.upper(place + 2) == ">>" or self.upper(place - 2) == "<<"
        if token.kind != "operator" or is_label or self.upper(place - 1) in ("ERRCODE", "DETAIL", "HINT"):
            return
        for rule, table in (("comparison", COMPARISONS), ("arithmetic", ARITHMETIC)):
            if token.text == "*" and (self.upper(place - 1) in ("SELECT", "(", ".")):
                continue
            if token.text == "-" and self.upper(place - 1) in (
                "(",
                ",",
                "=",
                "THEN",
                "ELSE",
                "SELECT",
                "RETURN",
            ):
                yield self.cut("sign", place, place + 1)
                continue
            for became in table.get(token.text, []):
                yield self.cut(rule, place, place + 1, became)

    def constants(self, place: int, token: Token) -> Iterator[Change]:
        """Numbers, also those in an interval, and strings."""
        if token.kind == "number" and self.upper(place - 1) != "OFFSET" and "." not in token.text:
            number = int(token.text)
            yield self.cut("constant", place, place + 1, str(number + 1))
            if number > 0:
                yield self.cut("constant", place, place + 1, str(number - 1))
        elif token.kind == "string":
            content = token.text.strip("eE")[1:-1]
            if self.is_a_setting(place):
                return
            if found := re.fullmatch(
                r"(-?)(\d+) ?(hours?|days?|minutes?|min|months?|weeks?|milliseconds?)", content
            ):
                for number in (int(found[2]) + 1, int(found[2]) - 1):
                    yield self.cut("constant", place, place + 1, f"'{found[1]}{number} {found[3]}'")
            elif content in ("week", "month", "year", "second"):
                yield self.cut("constant", place, place + 1, "'year'" if content == "month" else "'month'")
            elif self.upper(place - 1) == "=" and self.upper(place - 2) == "ERRCODE":
                yield self.cut("error code", place, place + 1, "'data_exception'")
            else:
                yield self.cut("string", place, place + 1, f"'mutant {content}'" if content else "'mutant'")

    def is_a_setting(self, place: int) -> bool:
        """Tell whether a string belongs to what only makes a plan."""
        return any("plan_cache_mode" in token.text for token in self.tokens[max(place - 3, 0) : place + 3])

    def words(self, place: int, token: Token) -> Iterator[Change]:
        """Keywords and functions that have an opposite, and what can be left out."""
        word, following, before = token.upper, self.upper(place + 1), self.upper(place - 1)
        if token.kind != "word":
            return
        if word == "AND" and self.is_between(place):
            return
        if word in WORDS and not (word == "ALL" and before == "UNION"):
            if word in ("AND", "OR", "TRUE", "FALSE", "ANY", "ALL") or following == "(":
                became = WORDS[word]
                yield self.cut("word", place, place + 1, became if token.text.isupper() else became.lower())
        elif word == "ALL" and before == "UNION":
            yield self.cut("union", place, place + 1)
        elif word == "UNION" and following != "ALL":
            yield self.cut("union", place, place + 1, "UNION ALL")
        elif word == "IS" and following == "NOT":
            yield self.cut("negation", place, place + 2, "IS")
        elif word == "IS":
            yield self.cut("negation", place, place + 1, "IS NOT")
        elif word == "EXISTS":
            yield self.cut("negation", place, place + 1, "NOT EXISTS" if before != "NOT" else "EXISTS ")
        elif word == "IN" and before not in ("FOR",) and following == "(":
            yield self.cut("negation", place, place + 1, "NOT IN")
        elif word in ("ASC", "DESC") or (word == "SKIP" and following == "LOCKED"):
            yield self.cut("left out", place, place + (2 if word == "SKIP" else 1))
        elif word in DROPPED and before != "IS" and not (word == "DISTINCT" and before == "NOT"):
            yield self.cut("left out", place, place + 1)

    def is_between(self, place: int) -> bool:
        """Tell whether an AND belongs to BETWEEN."""
        if self.tokens[place].upper != "AND":
            return False
        depth = self.tokens[place].depth
        for earlier in range(place - 1, -1, -1):
            token = self.tokens[earlier]
            if token.depth < depth or (token.depth == depth and token.upper in CONDITION_ENDS):
                return False
            if token.depth == depth and token.upper == "BETWEEN":
                return True
        return False

    def conditions(self, place: int, token: Token) -> Iterator[Change]:
        """What WHERE, ON, IF, WHEN, HAVING and AND ask for, left out or made the opposite."""
        word = token.upper
        if word == "OR" or (word == "AND" and not self.is_between(place)):
            yield self.cut("conjunct", place, self.until(place + 1, CONDITION_ENDS))
            yield Change("conjunct", self.tokens[self.operand_before(place)].start, token.end, "")
        elif word in ("WHERE", "HAVING", "ON") and self.upper(place + 1) != "CONFLICT":
            after = self.until(place + 1, CONDITION_ENDS)
            if self.upper(after) in ("AND", "OR"):
                return
            if word == "ON":
                yield self.cut("conjunct", place + 1, after, "true")
            else:
                yield self.cut("conjunct", place, after)
        elif word in ("IF", "ELSIF") and self.upper(place + 1) != "EXISTS" and self.upper(place - 1) != "END":
            end = self.until(place + 1, {"THEN"})
            yield self.cut("condition", place + 1, end, f"NOT ({self.part(place + 1, end)})")
            yield self.cut("condition", place + 1, end, "false")
        elif word == "WHEN" and self.upper(place - 1) not in ("EXIT", "CONTINUE", "EXCEPTION"):
            end = self.until(place + 1, {"THEN"})
            if self.upper(place + 1) not in ("OTHERS",):
                yield self.cut("branch", place + 1, end, f"({self.part(place + 1, end)}) AND false")
        elif word == "FILTER":
            yield self.cut("filter", place, self.closing(place + 1) + 1)

    def operand_before(self, place: int) -> int:
        """Return where the left operand of AND or OR begins."""
        depth = self.tokens[place].depth
        while place > 0:
            before = self.tokens[place - 1]
            ends = before.text in (",", ";") or before.upper in CONDITION_ENDS | {
                "RETURN", "IF", "ELSIF", "ON", ":=",
            }  # fmt: skip
            if before.depth < depth or (before.depth == depth and ends and not self.is_between(place - 1)):
                return place
            place -= 1
        return place

    def closing(self, place: int) -> int:
        """Return the parenthesis that closes the one at a place."""
        depth = self.tokens[place].depth
        return next(
            later
            for later in range(place + 1, len(self.tokens))
            if self.tokens[later].text == ")" and self.tokens[later].depth == depth
        )

    def clauses(self, place: int, token: Token) -> Iterator[Change]:
        """ORDER BY, PARTITION BY, GROUP BY, FOR UPDATE, ON CONFLICT, LIMIT."""
        word, following = token.upper, self.upper(place + 1)
        if word == "ORDER" and following == "BY":
            depth = token.depth
            keys = []
            first = last = place + 2
            while last < len(self.tokens):
                key = self.tokens[last]
                if key.depth < depth or key.text == ";" or (key.depth == depth and key.upper in KEY_ENDS):
                    break
                if key.depth == depth and key.text == ",":
                    keys.append((first, last))
                    first = last + 1
                last += 1
            keys.append((first, last))
            yield self.cut("order", place, last)
            for number, (begin, end) in enumerate(keys):
                if self.upper(end - 1) not in ("DESC", "FIRST", "LAST"):
                    yield Change("order", self.tokens[end - 1].end, self.tokens[end - 1].end, " DESC")
                if len(keys) > 1:
                    comma = 0 if number else 1
                    yield self.cut("order", begin - (1 - comma), end + comma)
        elif word == "PARTITION" and following == "BY":
            end = next(
                p
                for p in range(place, len(self.tokens))
                if self.upper(p) == "ORDER" or self.tokens[p].text == ")"
            )
            yield self.cut("partition", place, end)
        elif word == "FOR" and following == "UPDATE":
            end = place + 2
            while self.upper(end) in ("OF", "SKIP", "LOCKED") or self.upper(end - 1) == "OF":
                end += 1
            yield self.cut("lock", place, end)
        elif word == "ON" and following == "CONFLICT":
            end = next(p for p in range(place, len(self.tokens)) if self.upper(p) in ("NOTHING", "UPDATE"))
            if self.upper(end) == "NOTHING":
                yield self.cut("conflict", place, end + 1)
        elif word == "LIMIT":
            yield self.cut("limit", place, place + 2)

    def calls(self, place: int, token: Token) -> Iterator[Change]:
        """Arguments swapped with their neighbour; the other value of coalesce and nullif."""
        if token.text != "(" or self.tokens[place - 1].kind != "word" or self.upper(place - 1) in (
            "IN", "AS", "VALUES", "AND", "OR", "WHERE", "ON", "USING", "EXISTS", "ANY", "ALL", "FROM",
            "FILTER", "OVER", "CONFLICT", "SELECT", "ARRAY", "WHEN", "THEN", "OPERATOR", "NOT", "BY",
            "LATERAL",
        ):  # fmt: skip
            return
        if self.upper(place - 2) in ("INTO", "AS") and self.upper(place - 1) not in ("COALESCE",):
            return
        close = self.closing(place)
        arguments = []
        first = place + 1
        for end in range(place + 1, close + 1):
            inner = self.tokens[end]
            if end == close or (inner.text == "," and inner.depth == token.depth + 1):
                if end > first:
                    arguments.append((first, end))
                first = end + 1
        texts = [self.part(*argument) for argument in arguments]
        function = self.upper(place - 1)
        if function in ("COALESCE", "NULLIF") and len(texts) >= 2:
            yield self.cut(function.lower(), place - 1, close + 1, texts[0])
        if function in ("LEAST", "GREATEST", "CONCAT"):
            return
        for (first, after), (second, end), one, two in zip(
            arguments, arguments[1:], texts, texts[1:], strict=False
        ):
            if normal(one) != normal(two):
                between = self.text[self.tokens[after - 1].end : self.tokens[second].start]
                yield self.cut("swapped", first, end, f"{two}{between}{one}")

    def statements(self, place: int, token: Token) -> Iterator[Change]:
        """A statement of PL/pgSQL left out."""
        begins = self.upper(place - 1) in STATEMENT_BEGINS and any(
            earlier.upper == "BEGIN" for earlier in self.tokens[:place]
        )
        if not begins or token.depth:
            return
        if token.upper in STATEMENTS or self.upper(place + 1) == ":=" or self.upper(place + 3) == ":=":
            end = place
            while end < len(self.tokens) and self.tokens[end].text != ";":
                end += 1
            if end < len(self.tokens):
                yield self.cut("statement", place, end, "NULL")


def mutants(path: Path, root: Path) -> list[Mutant]:
    """Return the mutants of a file, each text once."""
    text = path.read_text(encoding="utf-8")
    file = str(path.relative_to(root))
    # To read the whole file anew for each mutant would take longer than all else.
    read = tokens(text)
    starts, ends = [token.start for token in read], [token.end for token in read]
    seen = {normal(text)}
    found = []
    for change in Source(text).changes():
        mutated = text[: change.start] + change.became + text[change.end :]
        before, after = read[: bisect_right(ends, change.start)], read[bisect_left(starts, change.end) :]
        same = " ".join(token.text for token in [*before, *tokens(change.became), *after])
        if same not in seen:
            seen.add(same)
            found.append(Mutant(file, change.rule, change.start, change.end, change.became, mutated))
    return found
