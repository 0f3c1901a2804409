-- What a top-off and a re-plan of one tenant have in common: its turn, its existence, its zones, and the writing.
--
-- An account may be in the middle of being deleted when its slots are written: the foreign key waits, and
-- refuses them once it is gone. The others' must not be lost for that, so the tenant is then planned
-- again, without it. (To lock the accounts before would need the right to update them, which the API's role has not.)
-- It writes to the application's tables, so the search_path is the caller's here, and all is qualified.
CREATE OR REPLACE FUNCTION topoff.plan_tenant(
    tenant text,
    as_of timestamptz,
    window_end timestamptz,
    replan boolean
)
RETURNS TABLE (removed integer, created integer)
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM topoff.lock_tenants(ARRAY[tenant]);
    PERFORM topoff.require_tenant(tenant);  -- after the wait: the tenant may have been renamed meanwhile
    PERFORM topoff.warn_of_unknown_zones(tenant);
    FOR attempt IN 1 .. 5 LOOP
        BEGIN
            IF replan THEN
                SELECT coalesce(pg_catalog.sum(done.removed), 0), coalesce(pg_catalog.sum(done.created), 0)
                INTO removed, created
                FROM topoff.replan_slots(ARRAY[tenant], as_of, window_end) AS done;
            ELSE
                SELECT 0, coalesce(pg_catalog.sum(done.created), 0)
                INTO removed, created
                FROM topoff.insert_planned_slots(ARRAY[tenant], as_of, window_end, false) AS done;
            END IF;
            RETURN NEXT;
            RETURN;
        EXCEPTION WHEN foreign_key_violation THEN
            IF attempt OPERATOR(pg_catalog.=) 5 THEN
                RAISE;
            END IF;
        END;
    END LOOP;
END;
$$;

COMMENT ON FUNCTION topoff.plan_tenant(text, timestamptz, timestamptz, boolean) IS
'For topoff_planned_slots() and, with replan, replan_planned_slots(): waits for the tenant''s lock, checks that the tenant exists, warns of unknown zones, and writes; returns how many slots it removed and created. The caller has checked the window.
Errors: 22004, 22023, P0002 for the tenant; 55P03 where its lock is not to be had within lock_timeout.';

REVOKE ALL ON FUNCTION topoff.plan_tenant(text, timestamptz, timestamptz, boolean) FROM PUBLIC;
