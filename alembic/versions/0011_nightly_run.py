"""The nightly run over all tenants, its ledger, and scheduling it with pg_cron.

New tables and functions only: no lock on the application's tables.
"""

from frozen import execute, install

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Install them, each after what it calls."""
    install(
        __file__,
        "topoff_runs",
        "topoff_run_tenants",
        "start_topoff_run",
        "resume_topoff_run",
        "tenant_batches",
        "topoff_tenants",
        "finish_topoff_run",
        "raise_topoff_failures",
        "topoff_all_tenants",
        "schedule_topoff",
        "unschedule_topoff",
    )


def downgrade() -> None:
    """Drop them, ledger and all."""
    execute(
        """
        DROP FUNCTION public.unschedule_topoff();
        DROP FUNCTION public.schedule_topoff(text);
        DROP PROCEDURE public.topoff_all_tenants(interval);
        DROP FUNCTION public.raise_topoff_failures(bigint);
        DROP FUNCTION public.finish_topoff_run(bigint);
        DROP FUNCTION public.topoff_tenants(bigint, text[], interval);
        DROP FUNCTION public.tenant_batches(integer);
        DROP FUNCTION public.resume_topoff_run(bigint);
        DROP FUNCTION public.start_topoff_run();
        DROP TABLE public.topoff_run_tenants;
        DROP TABLE public.topoff_runs;
        """
    )
