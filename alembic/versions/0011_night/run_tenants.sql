-- What a run did for a tenant; no row where nothing was to be done.
CREATE TABLE IF NOT EXISTS topoff.run_tenants (
    run_id bigint NOT NULL,
    tenant_id text NOT NULL,
    created integer DEFAULT 0 NOT NULL,
    removed integer DEFAULT 0 NOT NULL,
    sqlstate text,
    message text,
    CONSTRAINT run_tenants_pkey PRIMARY KEY (run_id, tenant_id),
    CONSTRAINT run_tenants_run_fkey FOREIGN KEY (run_id)
        REFERENCES topoff.runs (id) ON DELETE CASCADE,
    CONSTRAINT run_tenants_outcome_check CHECK (
        created >= 0 AND removed >= 0 AND (created > 0 OR removed > 0 OR sqlstate IS NOT NULL)
    ),
    CONSTRAINT run_tenants_error_check CHECK ((sqlstate IS NULL) = (message IS NULL))
);

COMMENT ON TABLE topoff.run_tenants IS
'What a nightly run did for a tenant: a row for each tenant that got or lost slots or failed, kept as long as its run.';
COMMENT ON COLUMN topoff.run_tenants.run_id IS 'The run.';
COMMENT ON COLUMN topoff.run_tenants.tenant_id IS 'The tenant.';
COMMENT ON COLUMN topoff.run_tenants.created IS 'Slots created.';
COMMENT ON COLUMN topoff.run_tenants.removed IS 'Slots removed; 0 unless the run re-planned.';
COMMENT ON COLUMN topoff.run_tenants.sqlstate IS
'The error''s SQLSTATE; NULL where it went well. 55P03: somebody held a lock all the time. Where created is more than 0, it is an error of single accounts.';
COMMENT ON COLUMN topoff.run_tenants.message IS
'The error''s message; NULL where it went well. It names the accounts where the error is theirs, and who held a lock.';
COMMENT ON CONSTRAINT run_tenants_pkey ON topoff.run_tenants IS 'One row a tenant in a run.';
COMMENT ON CONSTRAINT run_tenants_run_fkey ON topoff.run_tenants IS
'Goes when its run goes.';
COMMENT ON CONSTRAINT run_tenants_outcome_check ON topoff.run_tenants IS
'Slots, or an error, or both.';
COMMENT ON CONSTRAINT run_tenants_error_check ON topoff.run_tenants IS
'An error has an SQLSTATE and a message.';
