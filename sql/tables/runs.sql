-- The ledger of the nightly run: a row for each run, and one for each tenant that it did something for.
--
-- The ids come from start_run() and not from a sequence: what a sequence has counted to does not travel by
-- logical replication, and a subscriber must be able to take over. The index on what is running holds that
-- to one run; the row of that run is at the same time the lock of it.
CREATE TABLE IF NOT EXISTS topoff.runs (
    id bigint NOT NULL,
    started_at timestamptz DEFAULT pg_catalog.now() NOT NULL,
    finished_at timestamptz,
    status text DEFAULT 'running' NOT NULL,
    replan boolean DEFAULT false NOT NULL,
    called_by text DEFAULT CURRENT_USER NOT NULL,
    tenants integer DEFAULT 0 NOT NULL,
    created integer DEFAULT 0 NOT NULL,
    removed integer DEFAULT 0 NOT NULL,
    failed integer DEFAULT 0 NOT NULL,
    CONSTRAINT runs_pkey PRIMARY KEY (id),
    CONSTRAINT runs_status_check CHECK (status IN ('running', 'succeeded', 'failed', 'abandoned')),
    CONSTRAINT runs_finished_check CHECK ((finished_at IS NULL) = (status = 'running'))
);

CREATE INDEX IF NOT EXISTS runs_started_at_idx ON topoff.runs (started_at);
CREATE UNIQUE INDEX IF NOT EXISTS runs_running_key ON topoff.runs (status) WHERE status = 'running';

COMMENT ON TABLE topoff.runs IS
'The ledger of topoff_all_tenants(): a row for each run, kept for 90 days.';
COMMENT ON COLUMN topoff.runs.id IS 'Numbers the runs.';
COMMENT ON COLUMN topoff.runs.started_at IS 'When the run began.';
COMMENT ON COLUMN topoff.runs.finished_at IS
'When it ended; NULL while it runs. For an abandoned run, when the next one found it dead.';
COMMENT ON COLUMN topoff.runs.status IS
'running; succeeded; failed (some tenant failed, the others were planned for); abandoned (it was cancelled, or its session or the server went down; what it had committed stands).';
COMMENT ON COLUMN topoff.runs.replan IS 'Whether it re-planned (topoff_all_tenants(replan => true)).';
COMMENT ON COLUMN topoff.runs.called_by IS 'The role that called it.';
COMMENT ON COLUMN topoff.runs.tenants IS
'Tenants dealt with so far, the failed ones included; not those that were put aside because somebody held a lock.';
COMMENT ON COLUMN topoff.runs.created IS 'Slots created so far, over all tenants.';
COMMENT ON COLUMN topoff.runs.removed IS 'Slots removed so far, over all tenants: 0 unless it re-planned.';
COMMENT ON COLUMN topoff.runs.failed IS 'Tenants that failed so far, wholly or with some account; topoff.run_tenants says how.';
COMMENT ON CONSTRAINT runs_pkey ON topoff.runs IS 'One row a run.';
COMMENT ON CONSTRAINT runs_status_check ON topoff.runs IS 'running, succeeded, failed or abandoned.';
COMMENT ON CONSTRAINT runs_finished_check ON topoff.runs IS 'Whatever is not running has an end.';
COMMENT ON INDEX topoff.runs_started_at_idx IS 'The runs in time order.';
COMMENT ON INDEX topoff.runs_running_key IS 'One run at a time.';
