"""What `make mutants` makes of SQL: the rules, and how survivors are told apart."""

import pytest
from conftest import PROJECT
from mutants.generate import mutants
from mutants.judged import Judgement, judgements, lines
from mutants.rooms import ROOMS
from mutants.tokens import normal, tokens

pytestmark = pytest.mark.beside_one_server

FUNCTION = """-- A comment with a = b
CREATE OR REPLACE FUNCTION topoff.f(a integer)
RETURNS void
LANGUAGE plpgsql
SET jit = off
AS $$
BEGIN
    {}
END;
$$;

COMMENT ON FUNCTION topoff.f(integer) IS
'That a < b.';
"""


@pytest.fixture
def changed(tmp_path):
    """What a statement becomes, in single spaces."""

    def of(statement: str) -> set[str]:
        path = tmp_path / "planner" / "f.sql"
        path.parent.mkdir(exist_ok=True)
        path.write_text(FUNCTION.format(statement))
        begin, end = FUNCTION.split("{}")
        return {
            normal(mutant.text).removeprefix(normal(begin)).removesuffix(normal(end)).strip()
            for mutant in mutants(path, tmp_path)
        }

    return of


@pytest.mark.parametrize(
    ("statement", "wanted"),
    [
        ("RETURN a < b;", {"RETURN a <= b ;", "RETURN a >= b ;"}),
        ("RETURN a OPERATOR(pg_catalog.=) b;", {"RETURN a OPERATOR ( pg_catalog . <> ) b ;"}),
        ("RETURN a + 7;", {"RETURN a - 7 ;", "RETURN a + 8 ;", "RETURN a + 6 ;"}),
        ("RETURN a - interval '8 days';", {"RETURN a - interval '7 days' ;", "RETURN a + interval '8 days' ;"}),
        ("RETURN a IS DISTINCT FROM b;", {"RETURN a IS NOT DISTINCT FROM b ;"}),
        ("RETURN a AND b OR c;", {"RETURN a OR c ;", "RETURN b OR c ;", "RETURN a AND b ;", "RETURN a AND c ;"}),
        ("RETURN f(a, g(b, c));", {"RETURN f ( g ( b , c ) , a ) ;", "RETURN f ( a , g ( c , b ) ) ;"}),
        ("RETURN coalesce(a, b);", {"RETURN a ;"}),
        ("PERFORM f(); a := b;", {"NULL ; a := b ;", "PERFORM f ( ) ; NULL ;"}),
        ("IF a THEN b := c; END IF;", {"IF NOT ( a ) THEN b := c ; END IF ;", "IF false THEN b := c ; END IF ;"}),
        ("RETURN (SELECT a FROM t WHERE b AND c(d) ORDER BY e, f DESC LIMIT 1 FOR UPDATE SKIP LOCKED);", {
            "RETURN ( SELECT a FROM t WHERE b ORDER BY e , f DESC LIMIT 1 FOR UPDATE SKIP LOCKED ) ;",
            "RETURN ( SELECT a FROM t WHERE c ( d ) ORDER BY e , f DESC LIMIT 1 FOR UPDATE SKIP LOCKED ) ;",
            "RETURN ( SELECT a FROM t WHERE b AND c ( d ) LIMIT 1 FOR UPDATE SKIP LOCKED ) ;",
            "RETURN ( SELECT a FROM t WHERE b AND c ( d ) ORDER BY e LIMIT 1 FOR UPDATE SKIP LOCKED ) ;",
            "RETURN ( SELECT a FROM t WHERE b AND c ( d ) ORDER BY f DESC LIMIT 1 FOR UPDATE SKIP LOCKED ) ;",
            "RETURN ( SELECT a FROM t WHERE b AND c ( d ) ORDER BY e , f DESC FOR UPDATE SKIP LOCKED ) ;",
            "RETURN ( SELECT a FROM t WHERE b AND c ( d ) ORDER BY e , f DESC LIMIT 1 FOR UPDATE ) ;",
            "RETURN ( SELECT a FROM t WHERE b AND c ( d ) ORDER BY e , f DESC LIMIT 1 ) ;",
        }),
        ("INSERT INTO t SELECT a ON CONFLICT (b) DO NOTHING;", {"INSERT INTO t SELECT a ;"}),
        ("RETURN CASE WHEN a THEN b ELSE c END;", {"RETURN CASE WHEN ( a ) AND false THEN b ELSE c END ;"}),
        ("RETURN a BETWEEN b AND c AND d;", {"RETURN a BETWEEN b AND c ;", "RETURN d ;"}),
    ],
)  # fmt: skip
def test_one_place_is_changed_at_a_time(changed, statement, wanted):
    assert wanted <= changed(statement)
    assert normal(statement) not in changed(statement)


@pytest.mark.parametrize("statement", ["PERFORM FROM t OFFSET 0;", "PERFORM a FROM t AS MATERIALIZED;"])
def test_what_only_changes_the_plan_and_what_is_said_of_it_stays(changed, statement):
    assert changed(statement) == {"NULL ;"}


@pytest.mark.parametrize("room", ROOMS)
def test_every_file_of_a_room_can_be_read_and_is_changed_within_its_body(room):
    for path in (PROJECT / "sql" / room).glob("*.sql"):
        text = path.read_text(encoding="utf-8")
        for mutant in mutants(path, PROJECT / "sql"):
            said = text.index("\nCOMMENT ON")
            assert mutant.end <= said, path.name
            assert mutant.text.endswith(text[said:]), path.name


def test_tokens_are_all_of_a_text_but_space_and_comments():
    text = "SELECT a<>'it''s' -- why\n, $1||\"B\"[2] * 1.5-- end"
    assert [token.text for token in tokens(text)] == [
        "SELECT", "a", "<>", "'it''s'", ",", "$1", "||", '"B"', "[", "2", "]", "*", "1.5",
    ]  # fmt: skip


def test_a_judgement_holds_for_a_line_or_for_what_it_becomes():
    result = {"file": "planner/f.sql", "line": "a < b", "became_line": "a <= b"}
    assert Judgement("planner/f.sql", "a < b", (), "...").holds_for(result)
    assert Judgement("planner/f.sql", "a < b", ("a <= b",), "...").holds_for(result)
    assert not Judgement("planner/f.sql", "a < b", ("a >= b",), "...").holds_for(result)
    assert not Judgement("planner/g.sql", "a < b", (), "...").holds_for(result)


def test_every_judgement_is_of_a_mutant_that_there_is():
    made = {}
    for judgement in judgements():
        path = PROJECT / "sql" / judgement.file
        if judgement.file not in made:
            text = path.read_text(encoding="utf-8")
            made[judgement.file] = [
                lines(text, mutant.text, mutant.start, mutant.end, mutant.became)
                for mutant in mutants(path, PROJECT / "sql")
            ]
        became = {after for before, after in made[judgement.file] if before == judgement.line}
        assert became, f"{judgement.file} has no such line any more: {judgement.line}"
        assert set(judgement.became) <= became, f"{judgement.file}: {judgement.line}"
        assert len(judgement.why) > 20
