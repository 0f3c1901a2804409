"""Which rooms of sql/ have mutants, and which files of tests may kill them."""

from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
STATE = PROJECT / ".mutants"
ROOMS = ("planner", "calendar", "night")
# Files whose databases are clones of the migrated template. Not those that compare sql/ with what is
# installed: to them every mutant is an error.
TESTS = (
    "cadence", "calendar", "concurrency", "coverage", "errors", "isolation", "ledger", "nightly",
    "operations", "oracle", "page_api", "placeholder", "planning", "plans", "replan", "rules", "slots",
    "steps", "tenants", "topoff", "touch",
)  # fmt: skip
# Those that migrate databases of their own, or start servers, and so take a second or more each.
SLOW_TESTS = ("adoption", "attacks", "crash", "grown", "pg_cron", "recipe", "walk")
# How many seconds of tests a mutant has to survive.
BUDGET = 6.0
# Each room's own tests come first.
OWN_TESTS = {
    "planner": {"cadence", "planning", "replan", "rules", "slots", "steps", "topoff", "touch"},
    "calendar": {"calendar", "coverage", "slots"},
    "night": {"ledger", "nightly"},
}
