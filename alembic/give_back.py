"""What a downgrade needs: it takes away what is there of ours, and says what it has to leave.

Years have passed since the upgrade. Somebody may have dropped a constraint, or built something of the
application's on a key of ours: what is gone is passed over, and what the application needs stays.
"""

from collections.abc import Iterable
from typing import NamedTuple

from frozen import execute, trusted_path

MARK = "Added by planned-slot top-off."


class Thing(NamedTuple):
    """A constraint, trigger, index or column on a table of schema public."""

    kind: str
    table: str
    name: str

    def drop(self) -> str:
        """Return the statement that drops it where it is there."""
        if self.kind == "INDEX":
            return f"DROP INDEX IF EXISTS public.{self.name}"
        if self.kind == "TRIGGER":
            return f"DROP TRIGGER IF EXISTS {self.name} ON public.{self.table}"
        return f"ALTER TABLE public.{self.table} DROP {self.kind} IF EXISTS {self.name}"


TAKE_AWAY = """
DO $away$
DECLARE
    drops CONSTANT text[] := ARRAY[{drops}];
    dropping text;
    needed_by text;
BEGIN
    FOREACH dropping IN ARRAY drops LOOP
        BEGIN
            EXECUTE dropping;
        EXCEPTION WHEN dependent_objects_still_exist THEN
            GET STACKED DIAGNOSTICS needed_by = PG_EXCEPTION_DETAIL;
            RAISE WARNING 'the downgrade leaves what the application has come to need: %', dropping
                USING DETAIL = needed_by, HINT = 'Drop that first, or keep both.';
        END;
    END LOOP;
END;
$away$
"""


def take_away(things: Iterable[Thing]) -> None:
    """Drop each thing that is there, but for one that something of the application's hangs on: a WARNING."""
    drops = ", ".join(f"$${thing.drop()}$$" for thing in things)
    with trusted_path():
        execute(TAKE_AWAY.format(drops=drops))
