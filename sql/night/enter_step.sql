-- Enters in the ledger what a step of a nightly run came to (see run_batch).
--
-- The step's own entries are looked up one by one: a plan made while the ledger was empty would read all entries
-- of the run again in each step.
CREATE OR REPLACE FUNCTION topoff.enter_step(
    run_id bigint,
    tenants text[],
    done text[],
    pass text,
    error_state text,
    error_message text
)
RETURNS text[]
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET enable_bitmapscan = off
AS $$
DECLARE
    -- Without an error, the tenant's own lock was not to be had.
    is_held CONSTANT boolean := coalesce(
        error_state IN ('55P03', '40P01', '40001'), true);  -- lock_not_available, deadlock_detected, serialization_failure
    again text[] := ARRAY(SELECT tenant FROM unnest(tenants) AS tenant WHERE tenant <> ALL (done));
BEGIN
    IF NOT (pass = 'all' OR pass = 'again' AND is_held) THEN
        INSERT INTO topoff.run_tenants (run_id, tenant_id, sqlstate, message)
        SELECT enter_step.run_id, tenant, coalesce(error_state, '55P03'),
               CASE
                   WHEN NOT is_held THEN error_message
                   ELSE 'a lock that it needs was not to be had: '
                       || coalesce('held by ' || topoff.lock_holders(tenant),
                                   'it is not to be seen who held it')
               END
        FROM unnest(again) AS tenant;
        again := ARRAY[]::text[];
    END IF;

    UPDATE topoff.runs AS run
    SET tenants = run.tenants + cardinality(enter_step.tenants) - cardinality(again),
        created = run.created + outcome.created,
        removed = run.removed + outcome.removed,
        failed = run.failed + outcome.failed
    FROM (
        SELECT coalesce(sum(entry.created), 0) AS created, coalesce(sum(entry.removed), 0) AS removed,
               count(entry.sqlstate) AS failed
        FROM unnest(enter_step.tenants) AS tenant
        CROSS JOIN LATERAL (
            SELECT entry.created, entry.removed, entry.sqlstate
            FROM topoff.run_tenants AS entry
            WHERE entry.run_id = enter_step.run_id AND entry.tenant_id = tenant
            OFFSET 0
        ) AS entry
    ) AS outcome
    WHERE run.id = enter_step.run_id;
    RETURN again;
END;
$$;

COMMENT ON FUNCTION topoff.enter_step(bigint, text[], text[], text, text, text) IS
'For run_batch(): enters the failures of a step, counts the step in the run''s row, and returns the tenants that are to be tried again.';

REVOKE ALL ON FUNCTION topoff.enter_step(bigint, text[], text[], text, text, text) FROM PUBLIC;
