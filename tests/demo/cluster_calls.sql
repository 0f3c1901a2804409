-- What the proxy shows and answers.
\set QUIET on
\pset footer off
\pset linestyle unicode
\pset border 2
SET client_min_messages = warning;
SET timezone = 'UTC';

SELECT tenant_id AS tenant, regexp_replace(database, '.*dbname=', '') AS lives_in, accounts, is_at_home
FROM topoff_proxy.tenants ORDER BY 1;

\echo
\echo '== 4. Calls, routed: SELECT topoff_planned_slots(...), three tenants in one statement'
SELECT tenant, regexp_replace(home.database, '.*dbname=', '') AS goes_to, topoff_planned_slots(tenant) AS created
FROM unnest(ARRAY['h2o', 'all_county', 'zoo']) AS tenant CROSS JOIN LATERAL topoff_proxy.home(tenant) AS home;
SELECT to_char(scheduled_for AT TIME ZONE 'America/New_York', 'Dy DD Mon HH24:MI') AS filled, status
FROM fill_next_planned_slot('h2o', :'account', :'content');
SELECT * FROM calendar_grid('h2o', current_date, 'America/New_York');

\echo
\echo '== 5. Errors come through, behind a prefix'
\set ON_ERROR_STOP off
SELECT topoff_planned_slots('a typo');
\echo :SQLSTATE
CALL topoff_all_tenants();
\echo :SQLSTATE

\echo
\echo '== 6. Each database knows its own tenants only; the proxy shows the coverage of all: SELECT ... FROM cadence_coverage'
SELECT tenant_id AS tenant, count(*) AS accounts, sum(slots_ahead) AS slots_ahead, sum(filled_slots) AS filled
FROM cadence_coverage GROUP BY tenant_id ORDER BY 1;
