"""Schedule the nightly run with pg_cron, where that can be done from here.

Where it can't, the installation is whole all the same: the reason and what to run come as a WARNING.
"""

from frozen import execute

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Call topoff.schedule(); what keeps pg_cron away is a warning, anything else an error."""
    execute(
        """
        DO $$
        DECLARE
            reason text;
            facts text;
            way_out text;
        BEGIN
            PERFORM topoff.schedule();
        EXCEPTION
            WHEN feature_not_supported OR object_not_in_prerequisite_state OR insufficient_privilege THEN
                GET STACKED DIAGNOSTICS
                    reason = MESSAGE_TEXT,
                    facts = PG_EXCEPTION_DETAIL,
                    way_out = PG_EXCEPTION_HINT;
                IF facts = '' THEN
                    RAISE WARNING USING MESSAGE = reason, HINT = way_out;
                ELSE
                    RAISE WARNING USING MESSAGE = reason, DETAIL = facts, HINT = way_out;
                END IF;
        END;
        $$;
        """
    )


def downgrade() -> None:
    """Remove the job, if it was scheduled from this database."""
    execute("DO $$ BEGIN PERFORM topoff.unschedule(); END; $$")
