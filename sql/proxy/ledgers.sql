-- What all databases know: their nights, how far ahead their accounts are planned, which tenants they have.
--
-- Each is asked once, all at the same time, with the numbers of its partitions; the first of them tells which
-- database an answer came from. As with routed functions, rows travel as JSON.

CREATE OR REPLACE FUNCTION topoff_proxy.ask_runs(numbers integer[])
RETURNS SETOF jsonb
LANGUAGE plproxy
AS $$
    CLUSTER 'topoff';
    SPLIT numbers;
    RUN ON numbers;
    SELECT pg_catalog.jsonb_build_array((numbers::integer[])[1], pg_catalog.to_jsonb(run)) FROM topoff.runs AS run;
$$;

COMMENT ON FUNCTION topoff_proxy.ask_runs(integer[]) IS
'For the view topoff_proxy.runs: partition and row, of each database that has one of these partitions.';

REVOKE ALL ON FUNCTION topoff_proxy.ask_runs(integer[]) FROM PUBLIC;

CREATE OR REPLACE FUNCTION topoff_proxy.ask_run_tenants(numbers integer[])
RETURNS SETOF jsonb
LANGUAGE plproxy
AS $$
    CLUSTER 'topoff';
    SPLIT numbers;
    RUN ON numbers;
    SELECT pg_catalog.jsonb_build_array((numbers::integer[])[1], pg_catalog.to_jsonb(entry)) FROM topoff.run_tenants AS entry;
$$;

COMMENT ON FUNCTION topoff_proxy.ask_run_tenants(integer[]) IS
'For the view topoff_proxy.run_tenants: partition and row, of each database that has one of these partitions.';

REVOKE ALL ON FUNCTION topoff_proxy.ask_run_tenants(integer[]) FROM PUBLIC;

CREATE OR REPLACE FUNCTION topoff_proxy.ask_tenants(numbers integer[])
RETURNS SETOF jsonb
LANGUAGE plproxy
AS $$
    CLUSTER 'topoff';
    SPLIT numbers;
    RUN ON numbers;
    SELECT pg_catalog.jsonb_build_array((numbers::integer[])[1], account.tenant_id, pg_catalog.count(*))
    FROM public.channel_accounts AS account GROUP BY account.tenant_id;
$$;

COMMENT ON FUNCTION topoff_proxy.ask_tenants(integer[]) IS
'For the view topoff_proxy.tenants: partition, tenant and number of accounts, of each database that has one of these partitions.';

REVOKE ALL ON FUNCTION topoff_proxy.ask_tenants(integer[]) FROM PUBLIC;

CREATE OR REPLACE FUNCTION topoff_proxy.ask_coverage(held_to text)
RETURNS SETOF jsonb
LANGUAGE plproxy
AS $$
    CLUSTER 'topoff';
    RUN ON ALL;
    SELECT pg_catalog.to_jsonb(covered)
    FROM pg_catalog.set_config('app.tenant_id', held_to, true) AS held (tenant)
    CROSS JOIN LATERAL (
        SELECT coverage.* FROM public.cadence_coverage AS coverage WHERE held.tenant IS NOT NULL OFFSET 0
    ) AS covered;
$$;

COMMENT ON FUNCTION topoff_proxy.ask_coverage(text) IS
'For the view cadence_coverage: its rows from all databases, as far as the caller may see them.';

REVOKE ALL ON FUNCTION topoff_proxy.ask_coverage(text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION topoff_proxy.ask_tenant_coverage(held_to text, i_tenant text)
RETURNS SETOF jsonb
LANGUAGE plproxy
AS $$
    CLUSTER 'topoff';
    RUN ON topoff_proxy.tenant_hash(i_tenant);
    SELECT pg_catalog.to_jsonb(covered)
    FROM pg_catalog.set_config('app.tenant_id', held_to, true) AS held (tenant)
    CROSS JOIN LATERAL (
        SELECT coverage.* FROM public.cadence_coverage AS coverage
        WHERE held.tenant IS NOT NULL AND coverage.tenant_id OPERATOR(pg_catalog.=) i_tenant OFFSET 0
    ) AS covered;
$$;

COMMENT ON FUNCTION topoff_proxy.ask_tenant_coverage(text, text) IS
'For topoff_proxy.tenant_coverage(): the tenant''s rows of the view cadence_coverage, from the database that has the tenant.';

REVOKE ALL ON FUNCTION topoff_proxy.ask_tenant_coverage(text, text) FROM PUBLIC;

CREATE OR REPLACE VIEW topoff_proxy.runs AS
SELECT listed.database, run.*
FROM topoff_proxy.ask_runs(ARRAY(SELECT every.partition FROM topoff_proxy.partitions AS every ORDER BY 1)) AS line
JOIN topoff_proxy.partitions AS listed ON listed.partition OPERATOR(pg_catalog.=) (line -> 0)::integer
CROSS JOIN LATERAL pg_catalog.jsonb_populate_record(NULL::topoff_proxy.run, line -> 1) AS run;

COMMENT ON VIEW topoff_proxy.runs IS
'The ledgers of all nightly runs: topoff.runs of every database. The other columns are that table''s; the ids count in each by itself.';
COMMENT ON COLUMN topoff_proxy.runs.database IS 'The database whose run it was, as in topoff_proxy.partitions.';

REVOKE ALL ON topoff_proxy.runs FROM PUBLIC;

CREATE OR REPLACE VIEW topoff_proxy.run_tenants AS
SELECT listed.database, entry.*
FROM topoff_proxy.ask_run_tenants(
    ARRAY(SELECT every.partition FROM topoff_proxy.partitions AS every ORDER BY 1)
) AS line
JOIN topoff_proxy.partitions AS listed ON listed.partition OPERATOR(pg_catalog.=) (line -> 0)::integer
CROSS JOIN LATERAL pg_catalog.jsonb_populate_record(NULL::topoff_proxy.run_tenant, line -> 1) AS entry;

COMMENT ON VIEW topoff_proxy.run_tenants IS
'What nightly runs did for a tenant, and their failures: topoff.run_tenants of every database. The other columns are that table''s.';
COMMENT ON COLUMN topoff_proxy.run_tenants.database IS
'The database whose run it was: database and run_id together tell the row of topoff_proxy.runs.';

REVOKE ALL ON topoff_proxy.run_tenants FROM PUBLIC;

CREATE OR REPLACE VIEW topoff_proxy.tenants AS
SELECT line ->> 1 AS tenant_id, listed.database, (line -> 2)::integer AS accounts,
       listed.database OPERATOR(pg_catalog.=) (SELECT home.database FROM topoff_proxy.home(line ->> 1) AS home)
           AS is_at_home
FROM topoff_proxy.ask_tenants(ARRAY(SELECT every.partition FROM topoff_proxy.partitions AS every ORDER BY 1)) AS line
JOIN topoff_proxy.partitions AS listed ON listed.partition OPERATOR(pg_catalog.=) (line -> 0)::integer;

COMMENT ON VIEW topoff_proxy.tenants IS
'Which database has which tenant, as it really is.';
COMMENT ON COLUMN topoff_proxy.tenants.tenant_id IS 'The tenant.';
COMMENT ON COLUMN topoff_proxy.tenants.database IS 'The database that has accounts of it.';
COMMENT ON COLUMN topoff_proxy.tenants.accounts IS 'How many.';
COMMENT ON COLUMN topoff_proxy.tenants.is_at_home IS
'Whether calls for the tenant go to this database. False while it is being moved, and for rows that were left behind.';

REVOKE ALL ON topoff_proxy.tenants FROM PUBLIC;

CREATE OR REPLACE VIEW public.cadence_coverage AS
SELECT answer.*
FROM topoff_proxy.ask_coverage(pg_catalog.current_setting('app.tenant_id', true)) AS line
CROSS JOIN LATERAL pg_catalog.jsonb_populate_record(NULL::topoff_proxy.coverage, line) AS answer;

COMMENT ON VIEW public.cadence_coverage IS
'For every channel account of every database, its cadence and the slots that top-offs gave it; there \d+ describes the columns. It asks all databases, also for one tenant: topoff_proxy.tenant_coverage(tenant) asks the one that has it.';

REVOKE ALL ON public.cadence_coverage FROM PUBLIC;

CREATE OR REPLACE FUNCTION topoff_proxy.tenant_coverage(tenant text)
RETURNS SETOF topoff_proxy.coverage
LANGUAGE sql
STABLE
BEGIN ATOMIC
    SELECT answer.*
    FROM topoff_proxy.ask_tenant_coverage(pg_catalog.current_setting('app.tenant_id', true), tenant) AS line
    CROSS JOIN LATERAL pg_catalog.jsonb_populate_record(NULL::topoff_proxy.coverage, line) AS answer;
END;

COMMENT ON FUNCTION topoff_proxy.tenant_coverage(text) IS
'The rows of cadence_coverage of one tenant, from the database that has it: works while others are down.';

REVOKE ALL ON FUNCTION topoff_proxy.tenant_coverage(text) FROM PUBLIC;
