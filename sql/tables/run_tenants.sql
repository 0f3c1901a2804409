-- What a run did for a tenant; no row where nothing was missing.
CREATE TABLE IF NOT EXISTS topoff.run_tenants (
    run_id bigint NOT NULL,
    tenant_id text NOT NULL,
    created integer DEFAULT 0 NOT NULL,
    sqlstate text,
    message text,
    CONSTRAINT run_tenants_pkey PRIMARY KEY (run_id, tenant_id),
    CONSTRAINT run_tenants_run_fkey FOREIGN KEY (run_id)
        REFERENCES topoff.runs (id) ON DELETE CASCADE,
    CONSTRAINT run_tenants_outcome_check CHECK (
        created > 0 AND sqlstate IS NULL AND message IS NULL
        OR created = 0 AND sqlstate IS NOT NULL AND message IS NOT NULL
    )
);

COMMENT ON TABLE topoff.run_tenants IS
'What a nightly run did for a tenant: a row for each tenant that got slots or failed, kept as long as its run.';
COMMENT ON COLUMN topoff.run_tenants.run_id IS 'The run.';
COMMENT ON COLUMN topoff.run_tenants.tenant_id IS 'The tenant.';
COMMENT ON COLUMN topoff.run_tenants.created IS 'Slots created; 0 where the tenant failed.';
COMMENT ON COLUMN topoff.run_tenants.sqlstate IS 'The error''s SQLSTATE; NULL where it went well.';
COMMENT ON COLUMN topoff.run_tenants.message IS 'The error''s message; NULL where it went well.';
COMMENT ON CONSTRAINT run_tenants_pkey ON topoff.run_tenants IS 'One row a tenant in a run.';
COMMENT ON CONSTRAINT run_tenants_run_fkey ON topoff.run_tenants IS
'Goes when its run goes.';
COMMENT ON CONSTRAINT run_tenants_outcome_check ON topoff.run_tenants IS
'Either slots or an error.';
