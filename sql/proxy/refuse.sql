-- The proxy is a database of its own: in one that has the product, its functions would take the place of those
-- that do the work.
DO $$
DECLARE
    taken text;
BEGIN
    IF to_regnamespace('topoff') IS NOT NULL THEN
        RAISE EXCEPTION 'database "%" has the product itself', current_database()
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'The proxy is a database of its own: CREATE DATABASE topoff_proxy; and there again.';
    END IF;
    IF to_regnamespace('topoff_proxy') IS NOT NULL THEN
        RETURN;
    END IF;
    SELECT string_agg(found.name, ', ' ORDER BY found.name) INTO taken
    FROM (
        SELECT DISTINCT routine.proname::text AS name
        FROM pg_proc AS routine
        WHERE routine.pronamespace = 'public'::regnamespace
          AND routine.proname IN ('topoff_planned_slots', 'preview_planned_slots', 'replan_planned_slots',
                                  'skip_planned_slot', 'fill_next_planned_slot', 'create_post_instances',
                                  'retire_channel_account', 'marketing_calendar', 'calendar_grid',
                                  'topoff_all_tenants')
        UNION ALL
        SELECT class.relname::text
        FROM pg_class AS class
        WHERE class.relnamespace = 'public'::regnamespace
          AND class.relname IN ('post_instances', 'cadence_coverage')
    ) AS found;
    IF taken IS NOT NULL THEN
        RAISE EXCEPTION 'database "%" has something else by the names of the proxy', current_database()
            USING ERRCODE = 'duplicate_object',
                  DETAIL = format('In schema public: %s.', taken),
                  HINT = 'The proxy is a database of its own: CREATE DATABASE topoff_proxy; and there again.';
    END IF;
END;
$$;
