-- Makes callers that change the same tenant's calendar take turns, until the end of the transaction.
--
-- To be called in a statement of its own before the statement that reads the calendar: a lock inside
-- that statement would come after its snapshot, and the second caller would not see what the first
-- one did. In the order of the names, so that two callers with several tenants cannot deadlock.
--
-- Whoever waits for longer than lock_timeout is told for whom: any session may hold such a lock, also one that
-- has no rights on the tables at all. The block with EXCEPTION writes nothing, so it takes no transaction id and costs
-- some 4 us a call.
CREATE OR REPLACE FUNCTION topoff.lock_tenants(tenants text[])
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    held record;
BEGIN
    PERFORM pg_advisory_xact_lock(topoff.tenant_lock(ordered.tenant))
    FROM (SELECT tenant FROM unnest(tenants) AS tenant ORDER BY tenant) AS ordered;
EXCEPTION WHEN lock_not_available THEN
    SELECT string_agg(DISTINCT wanted.tenant, ', ') AS tenants,
           string_agg(DISTINCT CASE
               WHEN lock.pid IS NULL THEN 'a prepared transaction'
               ELSE format('process %s (%s)', lock.pid, concat_ws(', ', 'role ' || activity.usename,
                           nullif(activity.application_name, ''), activity.state))
           END, '; ') AS holders,
           string_agg(DISTINCT format(' SELECT pg_terminate_backend(%s);', lock.pid), '')
               FILTER (WHERE lock.pid IS NOT NULL) AS ending
    INTO held
    FROM (
        SELECT tenant, topoff.tenant_lock(tenant) AS key
        FROM unnest(tenants) AS tenant
    ) AS wanted
    JOIN pg_locks AS lock
      ON lock.locktype = 'advisory' AND lock.objsubid = 1 AND lock.granted
     AND lock.classid = ((wanted.key >> 32) & 4294967295)::oid AND lock.objid = (wanted.key & 4294967295)::oid
     AND lock.pid IS DISTINCT FROM pg_backend_pid()
    JOIN pg_database AS here ON here.oid = lock.database AND here.datname = current_database()
    LEFT JOIN pg_stat_activity AS activity ON activity.pid = lock.pid;
    RAISE EXCEPTION 'another session is changing the calendar of tenant "%"',
            coalesce(held.tenants, array_to_string(tenants, ', '))
        USING ERRCODE = 'lock_not_available',
              DETAIL = format('Its lock is held by %s.', coalesce(held.holders, 'sessions that come and go')),
              HINT = 'Call again when that transaction is over.' || coalesce(' To end it:' || held.ending, '');
END;
$$;

COMMENT ON FUNCTION topoff.lock_tenants(text[]) IS
'Takes the transaction-level advisory lock of each tenant, topoff.tenant_lock(tenant), in the order of their names. Plain reads and writes of the tables do not wait for it.
Errors: 55P03 where one is not to be had within lock_timeout, with who holds it in the DETAIL.';

REVOKE ALL ON FUNCTION topoff.lock_tenants(text[]) FROM PUBLIC;
