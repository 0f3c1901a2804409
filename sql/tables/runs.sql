-- The ledger of the nightly run: a row for each run, and one for each tenant that it did something for.
CREATE TABLE IF NOT EXISTS topoff.runs (
    id bigint GENERATED ALWAYS AS IDENTITY,
    started_at timestamptz DEFAULT pg_catalog.now() NOT NULL,
    finished_at timestamptz,
    status text DEFAULT 'running' NOT NULL,
    tenants integer DEFAULT 0 NOT NULL,
    created integer DEFAULT 0 NOT NULL,
    failed integer DEFAULT 0 NOT NULL,
    CONSTRAINT runs_pkey PRIMARY KEY (id),
    CONSTRAINT runs_status_check CHECK (status IN ('running', 'succeeded', 'failed', 'abandoned')),
    CONSTRAINT runs_finished_check CHECK ((finished_at IS NULL) = (status = 'running'))
);

CREATE INDEX IF NOT EXISTS runs_started_at_idx ON topoff.runs (started_at);

COMMENT ON TABLE topoff.runs IS
'The ledger of topoff_all_tenants(): a row for each run, kept for 90 days.';
COMMENT ON COLUMN topoff.runs.id IS 'Numbers the runs.';
COMMENT ON COLUMN topoff.runs.started_at IS 'When the run began.';
COMMENT ON COLUMN topoff.runs.finished_at IS
'When it ended; NULL while it runs. For an abandoned run, when the next one found it dead.';
COMMENT ON COLUMN topoff.runs.status IS
'running; succeeded; failed (some tenant failed, the others were topped off); abandoned (it was cancelled, or its session or the server went down; what it had committed stands).';
COMMENT ON COLUMN topoff.runs.tenants IS 'Tenants dealt with so far, the failed ones included.';
COMMENT ON COLUMN topoff.runs.created IS 'Slots created so far, over all tenants.';
COMMENT ON COLUMN topoff.runs.failed IS 'Tenants that failed so far; topoff.run_tenants says how.';
COMMENT ON CONSTRAINT runs_pkey ON topoff.runs IS 'One row a run.';
COMMENT ON CONSTRAINT runs_status_check ON topoff.runs IS 'running, succeeded, failed or abandoned.';
COMMENT ON CONSTRAINT runs_finished_check ON topoff.runs IS 'Whatever is not running has an end.';
COMMENT ON INDEX topoff.runs_started_at_idx IS 'The runs in time order.';
