"""Functions and operators that a stranger puts beside those that ours call, each of which says that it ran.

For every function of pg_catalog that a body of ours names, and every operator that one uses: the very same
signature, and those that fit columns of an application better (varchar and its enums, where pg_catalog has
text). The stranger may create in public and has a schema of its own.
"""

import re
from collections.abc import Iterator
from itertools import product

from conftest import PROJECT
from psycopg import Connection

STRINGS = ("text", "varchar", "name", "bpchar")
RAN = "stranger ran"

# Every type that a column, an argument or an intermediate result of ours has.
TYPES = {
    "bool", "bytea", "text", "varchar", "name", "bpchar", "uuid", "oid", "json", "jsonb",
    "int2", "int4", "int8", "numeric", "float8", "int2vector", "oidvector",
    "date", "time", "timestamp", "timestamptz", "interval", "daterange", "tsrange", "tsmultirange",
    "_text", "_varchar", "_name", "_uuid", "_int2", "_int4", "_int8", "_time", "_timestamptz",
    "regclass", "regrole", "regprocedure", "regnamespace", "regtype",
}  # fmt: skip
POLYMORPHIC = {
    "anyarray": ("_text", "_varchar", "_uuid", "_int2", "_time", "_timestamptz"),
    "anyelement": ("text", "varchar", "uuid", "int4", "timestamptz"),
    "anynonarray": ("text", "varchar", "uuid", "int4", "int8"),
    "anycompatible": ("text", "varchar", "uuid", "int4", "timestamptz"),
    "anycompatiblearray": ("_text", "_varchar", "_uuid", "_int2", "_time", "_timestamptz"),
    "anycompatiblenonarray": ("text", "varchar", "uuid", "int4"),
    "anyrange": ("daterange", "tsrange"),
    "anymultirange": ("tsmultirange",),
    "anyenum": (),
}
ELEMENTS = {
    "_text": "text", "_varchar": "varchar", "_uuid": "uuid", "_int2": "int2", "_time": "time",
    "_timestamptz": "timestamptz", "daterange": "date", "tsrange": "timestamp", "tsmultirange": "timestamp",
}  # fmt: skip

BODIES = """
    SELECT string_agg(prosrc, E'\\n') FROM pg_proc
    WHERE pronamespace = 'topoff'::regnamespace
       OR pronamespace = 'public'::regnamespace AND obj_description(oid, 'pg_proc') IS NOT NULL
"""
FUNCTIONS = """
    SELECT proname, ARRAY(SELECT typname FROM unnest(proargtypes) WITH ORDINALITY AS argument (oid, position)
                          JOIN pg_type USING (oid) ORDER BY position),
           (SELECT typname FROM pg_type WHERE oid = prorettype), proretset
    FROM pg_proc
    WHERE pronamespace = 'pg_catalog'::regnamespace AND proname = ANY (%s)
      AND prokind <> 'p' AND provariadic = 0
    ORDER BY oid
"""
VARIADIC = """
    SELECT proname FROM pg_proc
    WHERE pronamespace = 'pg_catalog'::regnamespace AND proname = ANY (%s) AND provariadic <> 0
"""
OPERATORS = """
    SELECT oprname, "left".typname, "right".typname, result.typname
    FROM pg_operator
    JOIN pg_type AS "left" ON "left".oid = oprleft
    JOIN pg_type AS "right" ON "right".oid = oprright
    JOIN pg_type AS result ON result.oid = oprresult
    WHERE oprnamespace = 'pg_catalog'::regnamespace
    ORDER BY pg_operator.oid
"""
ENUMS = """
    SELECT typname FROM pg_type WHERE typtype = 'e' AND typnamespace = 'public'::regnamespace
    AND typname LIKE '%status%' ORDER BY 1
"""
OURS = """
    SELECT proname, prokind,
           ARRAY(SELECT typname FROM unnest(proargtypes) WITH ORDINALITY AS argument (oid, position)
                 JOIN pg_type USING (oid) ORDER BY position)
    FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace AND obj_description(oid, 'pg_proc') IS NOT NULL
"""


def fitting(types: list[str], strings: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the signature with concrete types for polymorphic ones and every kind of string for text."""
    choices = [POLYMORPHIC.get(name, strings if name in ("text", "name") else (name,)) for name in types]
    for chosen in product(*choices):
        # Polymorphic arguments of one call are of one type.
        kinds = {
            ELEMENTS.get(kind, kind) for kind, name in zip(chosen, types, strict=True) if name in POLYMORPHIC
        }
        if len(kinds) <= 1:
            yield chosen


def put_beside(stranger: Connection, *schemas: str, ours: bool = True) -> int:
    """Make all of them in these schemas, and return how many there are."""
    enums = tuple(row[0] for row in stranger.execute(ENUMS))
    strings = STRINGS[:2] + enums
    bodies = stranger.execute(BODIES).fetchone()[0]
    bodies += "".join(path.read_text(encoding="utf-8") for path in (PROJECT / "alembic").rglob("*.py"))
    names = sorted(set(re.findall(r"\b([a-z_0-9]+)\s*\(", bodies)))
    made: set[str] = set()
    statements: list[str] = []
    returns_null = f"LANGUAGE plpgsql AS $f$ BEGIN RAISE WARNING '{RAN} %', '{{}}'; RETURN{{}}; END $f$"

    def function(schema: str, name: str, types: tuple[str, ...], result: str, is_set: bool = False) -> str:
        arguments = ", ".join(f"{'pg_catalog' if kind in TYPES else 'public'}.{kind}" for kind in types)
        called = f'{schema}."{name}"({arguments})'
        if called not in made:
            made.add(called)
            body = returns_null.format(called, "" if is_set or result == "void" else " NULL")
            of = "SETOF " if is_set else ""
            statements.append(f"CREATE FUNCTION {called} RETURNS {of}pg_catalog.{result} {body}")
        return called

    functions = stranger.execute(FUNCTIONS, [names]).fetchall()
    operators = stranger.execute(OPERATORS).fetchall()
    variadic = {row[0] for row in stranger.execute(VARIADIC, [names])}
    own = stranger.execute(OURS).fetchall() if ours else []
    for schema in schemas:
        for name, types, result, is_set in functions:
            if not set(types) <= TYPES | set(POLYMORPHIC):
                continue
            for chosen in fitting(types, strings if len(types) <= 3 else STRINGS[:2]):
                kinds = [kind for kind, was in zip(chosen, types, strict=True) if was in POLYMORPHIC]
                concrete = result
                if result in POLYMORPHIC:
                    element = ELEMENTS.get(kinds[0], kinds[0])
                    concrete = f"_{element}" if "array" in result and "non" not in result else element
                    concrete = kinds[0] if "range" in result else concrete
                elif result in ("record", "trigger", "internal"):
                    continue
                function(schema, name, chosen, concrete, is_set)
        for name in variadic:  # format, concat, concat_ws, json_build_object ...
            for count in range(1, 5):
                for chosen in product(("text", "uuid", "int4", *enums[:1]), repeat=count):
                    function(schema, name, ("text", *chosen[1:]), "text")
        for name, left, right, result in operators:
            if not {left, right} <= TYPES | set(POLYMORPHIC) or not bodies.count(name):
                continue
            for chosen in fitting([left, right], STRINGS[:3] + enums):
                if not set(chosen) <= TYPES | set(enums):
                    continue
                concrete = "text" if result in POLYMORPHIC else result
                called = function(schema, "operates", chosen, concrete)
                operator = f"{schema}.{name} {chosen}"
                if operator not in made:
                    made.add(operator)
                    left_type, right_type = called[called.index("(") + 1 : -1].split(", ")
                    procedure = called[: called.index("(")]
                    statements.append(
                        f"CREATE OPERATOR {schema}.{name} (LEFTARG = {left_type}, RIGHTARG = {right_type},"
                        f" FUNCTION = {procedure})"
                    )
        for name, kind, types in own:
            for chosen in fitting(types, STRINGS[:2]):
                for count in range(len(types) + 1):
                    signature = chosen[:count]
                    called = f'{schema}."{name}"({", ".join(f"pg_catalog.{t}" for t in signature)})'
                    if signature == tuple(types) or called in made:
                        continue
                    made.add(called)
                    if kind == "p":
                        body = f"BEGIN RAISE WARNING '{RAN} %', '{called}'; END"
                        statements.append(f"CREATE PROCEDURE {called} LANGUAGE plpgsql AS $f$ {body} $f$")
                    else:
                        statements.append(
                            f"CREATE FUNCTION {called} RETURNS pg_catalog.text "
                            + returns_null.format(called, " NULL")
                        )
    for start in range(0, len(statements), 500):
        stranger.execute(";\n".join(statements[start : start + 500]))
    return len(statements)
