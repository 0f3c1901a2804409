-- One ledger of all databases.
\set QUIET on
\pset footer off
\pset linestyle unicode
\pset border 2
SET timezone = 'UTC';

\echo '   and both in one ledger: SELECT ... FROM topoff_proxy.runs'
SELECT regexp_replace(database, '.*dbname=', '') AS database, id AS run, status, tenants, created, failed,
       finished_at - started_at AS took
FROM topoff_proxy.runs ORDER BY 1, 2;
SELECT tenant_id AS tenant, count(*) AS accounts, sum(slots_ahead) AS slots_ahead, min(filled_until)::date AS filled_until
FROM cadence_coverage GROUP BY tenant_id ORDER BY 1;
