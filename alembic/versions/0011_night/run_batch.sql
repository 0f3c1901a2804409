-- One step of a nightly run: tops off a batch of tenants and enters the outcome in the ledger.
--
-- The batch is tried as a whole, which costs hardly more than one tenant, and strict, because that costs
-- less. Where that fails, its tenants are tried one by one, so that only those fail that have a reason of
-- their own. A cancel request is the one error that nothing here catches: it ends the run.
CREATE OR REPLACE FUNCTION topoff.run_batch(run_id bigint, tenants text[], horizon interval)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '10s'
AS $$
DECLARE
    window_end CONSTANT timestamptz := topoff.planning_window_end(horizon, now());
    attempt text[];
    error_state text;
    error_message text;
BEGIN
    FOR attempt IN
        SELECT tenants
        UNION ALL
        SELECT ARRAY[tenant] FROM unnest(tenants) AS tenant WHERE cardinality(tenants) > 1
    LOOP
        BEGIN
            PERFORM topoff.lock_tenants(attempt);
            INSERT INTO topoff.run_tenants (run_id, tenant_id, created)
            SELECT run_batch.run_id, inserted.tenant_id, inserted.created
            FROM topoff.insert_planned_slots(
                attempt, now(), window_end, replan => false, strict => cardinality(attempt) > 1
            ) AS inserted;
            -- What the application has deferred to the commit must fail here, where it hurts one tenant.
            SET CONSTRAINTS ALL IMMEDIATE;
            EXIT WHEN attempt = tenants;
        EXCEPTION WHEN OTHERS OR assert_failure THEN
            IF cardinality(attempt) = 1 THEN
                GET STACKED DIAGNOSTICS error_state = RETURNED_SQLSTATE, error_message = MESSAGE_TEXT;
                INSERT INTO topoff.run_tenants (run_id, tenant_id, sqlstate, message)
                VALUES (run_batch.run_id, attempt[1], error_state, error_message);
            END IF;
        END;
    END LOOP;

    UPDATE topoff.runs AS run
    SET tenants = run.tenants + cardinality(run_batch.tenants),
        created = run.created + outcome.created,
        failed = run.failed + outcome.failed
    FROM (
        SELECT coalesce(sum(entry.created), 0) AS created, count(entry.sqlstate) AS failed
        FROM topoff.run_tenants AS entry
        WHERE entry.run_id = run_batch.run_id AND entry.tenant_id = ANY (run_batch.tenants)
    ) AS outcome
    WHERE run.id = run_batch.run_id;
END;
$$;

COMMENT ON FUNCTION topoff.run_batch(bigint, text[], interval) IS
'For topoff_all_tenants(): tops off these tenants up to now + horizon and enters in the ledger, under the run, who got how many slots and who failed with what error. A tenant that fails, or whose lock is not to be had within 10 seconds, leaves the others as they are.';

REVOKE ALL ON FUNCTION topoff.run_batch(bigint, text[], interval) FROM PUBLIC;
