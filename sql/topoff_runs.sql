-- The ledger of the nightly run: a row for each run, and one for each tenant that it did something for.
CREATE TABLE IF NOT EXISTS public.topoff_runs (
    id bigint GENERATED ALWAYS AS IDENTITY,
    started_at timestamptz DEFAULT pg_catalog.now() NOT NULL,
    finished_at timestamptz,
    status text DEFAULT 'running' NOT NULL,
    tenants integer DEFAULT 0 NOT NULL,
    created integer DEFAULT 0 NOT NULL,
    failed integer DEFAULT 0 NOT NULL,
    CONSTRAINT topoff_runs_pkey PRIMARY KEY (id),
    CONSTRAINT topoff_runs_status_check CHECK (status IN ('running', 'succeeded', 'failed', 'abandoned')),
    CONSTRAINT topoff_runs_finished_check CHECK ((finished_at IS NULL) = (status = 'running'))
);

CREATE INDEX IF NOT EXISTS topoff_runs_started_at_idx ON public.topoff_runs (started_at);

COMMENT ON TABLE public.topoff_runs IS
'The ledger of topoff_all_tenants(): a row for each run, kept for 90 days.';
COMMENT ON COLUMN public.topoff_runs.id IS 'Numbers the runs.';
COMMENT ON COLUMN public.topoff_runs.started_at IS 'When the run began.';
COMMENT ON COLUMN public.topoff_runs.finished_at IS
'When it ended; NULL while it runs. For an abandoned run, when the next one found it dead.';
COMMENT ON COLUMN public.topoff_runs.status IS
'running; succeeded; failed (some tenant failed, the others were topped off); abandoned (it was cancelled, or its session or the server went down; what it had committed stands).';
COMMENT ON COLUMN public.topoff_runs.tenants IS 'Tenants dealt with so far, the failed ones included.';
COMMENT ON COLUMN public.topoff_runs.created IS 'Slots created so far, over all tenants.';
COMMENT ON COLUMN public.topoff_runs.failed IS 'Tenants that failed so far; topoff_run_tenants says how.';
COMMENT ON CONSTRAINT topoff_runs_pkey ON public.topoff_runs IS 'One row a run.';
COMMENT ON CONSTRAINT topoff_runs_status_check ON public.topoff_runs IS 'running, succeeded, failed or abandoned.';
COMMENT ON CONSTRAINT topoff_runs_finished_check ON public.topoff_runs IS 'Whatever is not running has an end.';
COMMENT ON INDEX public.topoff_runs_started_at_idx IS 'The runs in time order.';
