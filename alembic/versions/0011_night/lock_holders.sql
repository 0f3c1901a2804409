-- Who keeps a run from having a tenant, as far as can be seen at the moment when it gives up.
--
-- The tenant's own lock tells its holder. Who holds a row can't be asked once one waits for it no longer, so
-- that is told by what such a session must be: one that has written to, or locked rows of, the tables, in a
-- transaction that began before the wait; the oldest first, and mostly there is just one.
CREATE OR REPLACE FUNCTION topoff.lock_holders(tenant text)
RETURNS text
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    tenant_lock CONSTANT bigint := topoff.tenant_lock(tenant);
    holders text[];
BEGIN
    WITH held AS MATERIALIZED (
        SELECT lock.pid, lock.virtualtransaction,
               bool_or(lock.locktype = 'advisory') AS has_tenant
        FROM pg_locks AS lock
        WHERE lock.granted AND lock.pid IS DISTINCT FROM pg_backend_pid()
          AND lock.database = (SELECT known.oid FROM pg_database AS known WHERE known.datname = current_database())
          AND (lock.locktype = 'relation' AND lock.mode <> 'AccessShareLock' AND lock.relation IN (
                   'public.post_instances'::regclass, 'public.channel_accounts'::regclass,
                   'public.content_items'::regclass, 'topoff.cadences'::regclass, 'topoff.blackouts'::regclass)
               OR lock.locktype = 'advisory' AND lock.objsubid = 1
                  AND (lock.classid::bigint << 32 | lock.objid::bigint) = tenant_lock)
        GROUP BY lock.pid, lock.virtualtransaction
    ),
    suspect AS (
        SELECT held.pid, held.has_tenant, activity.xact_start AS since,
               format('process %s (%s)', held.pid, concat_ws(
                   ', ', 'role ' || activity.usename, nullif(activity.application_name, ''), activity.state,
                   'in its transaction for '
                       || justify_hours(date_trunc('second', clock_timestamp() - activity.xact_start)))) AS told
        FROM held
        JOIN pg_stat_activity AS activity ON activity.pid = held.pid
        UNION ALL
        SELECT NULL, held.has_tenant, prepared.prepared,
               format('the prepared transaction %L (role %s, since %s)', prepared.gid, prepared.owner, prepared.prepared)
        FROM held
        JOIN pg_locks AS own ON own.locktype = 'transactionid' AND own.virtualtransaction = held.virtualtransaction
        JOIN pg_prepared_xacts AS prepared ON prepared.transaction = own.transactionid
        WHERE held.pid IS NULL AND own.pid IS NULL
    )
    SELECT array_agg(known.told ORDER BY known.since)
    INTO holders
    FROM (
        SELECT suspect.told, suspect.since
        FROM suspect
        WHERE suspect.has_tenant = (SELECT bool_or(each.has_tenant) FROM suspect AS each)
          AND (suspect.has_tenant OR suspect.since IS NULL
               OR suspect.since <= clock_timestamp() - topoff.longest_wait() * interval '1 millisecond')
        ORDER BY suspect.since
        LIMIT 3
    ) AS known;
    RETURN CASE cardinality(holders)
        WHEN 1 THEN holders[1]
        ELSE 'one of ' || array_to_string(holders, ', ')
    END;
END;
$$;

COMMENT ON FUNCTION topoff.lock_holders(text) IS
'For topoff_all_tenants(): the session that holds the tenant''s advisory lock, or else those, at most 3, that hold locks on rows of the tables in a transaction older than longest_wait(): process, role, application_name, state, and how long its transaction has lasted, as far as the calling role may see that (pg_read_all_stats). NULL where there is none any more.';

REVOKE ALL ON FUNCTION topoff.lock_holders(text) FROM PUBLIC;
