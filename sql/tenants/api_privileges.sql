-- What the API's role needs to call the functions of the calendar and to read cadence_coverage, and what
-- of it the role holds: the one list that isolate_tenants() grants from and unisolate_tenants() revokes from. The
-- functions run with their caller's rights, so it includes what they do inside, column by column where they name
-- columns: an account's row may hold secrets of the application.
--
-- post_instances is read as whole rows, so in full, with columns that are yet to come. DELETE knows no columns; with
-- it comes LOCK TABLE in any mode, which docs/isolation.md says more about.
-- What is not there (somebody has dropped it) is left out: it must not keep the rest from being revoked.
CREATE OR REPLACE FUNCTION topoff.api_privileges(api_role regrole)
RETURNS TABLE (privilege text, held boolean, granted_by regrole[])
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH relation AS (
        SELECT class.oid, class.relacl, wanted.privilege, wanted.columns::name[] AS columns
        FROM (VALUES
            ('public.channel_accounts', 'SELECT',
             '{id,tenant_id,status,posts_per_week,days_of_week,times_local,timezone}'),
            ('public.channel_accounts', 'UPDATE', '{posts_per_week}'),
            ('public.content_items', 'SELECT', '{id,tenant_id,title}'),
            ('public.content_items', 'INSERT', '{id,tenant_id,title}'),
            ('public.post_instances', 'SELECT', NULL),
            ('public.post_instances', 'INSERT',
             '{id,tenant_id,channel_account_id,content_item_id,scheduled_for,planned_for,planned_category,status}'),
            ('public.post_instances', 'UPDATE', '{content_item_id,status,planned_category}'),
            ('public.post_instances', 'DELETE', NULL),
            ('topoff.cadences', 'SELECT',
             '{id,tenant_id,channel_account_id,posts_per_week,days_of_week,times_local,category,during}'),
            ('topoff.cadences', 'DELETE', NULL),
            ('topoff.blackouts', 'SELECT', '{tenant_id,channel_account_id,during}'),
            ('topoff.blackouts', 'DELETE', NULL),
            ('topoff.blackouts', 'INSERT', '{tenant_id,channel_account_id,during,reason}'),
            ('public.cadence_coverage', 'SELECT', NULL)
        ) AS wanted (name, privilege, columns)
        JOIN pg_class AS class ON class.oid = to_regclass(wanted.name)
    ),
    routine AS (
        SELECT routine.oid, routine.proacl
        FROM unnest(ARRAY[
            -- what the API calls
            'public.topoff_planned_slots(text,interval,timestamptz)',
            'public.preview_planned_slots(text,interval,timestamptz,boolean)',
            'public.replan_planned_slots(text,interval,timestamptz)',
            'public.skip_planned_slot(text,uuid)',
            'public.fill_next_planned_slot(text,uuid,uuid,text)',
            'public.create_post_instances(text,uuid,uuid[],timestamptz)',
            'public.retire_channel_account(text,uuid)',
            'public.marketing_calendar(text,date,date,text)',
            'public.calendar_grid(text,date,text)',
            -- what these and the view call
            'topoff.require_tenant(text)',
            'topoff.require_content_item(text,uuid)',
            'topoff.require_channel_accounts(text,uuid[],boolean)',
            'topoff.black_out_slot(text,uuid)',
            'topoff.next_empty_slot(text,uuid,uuid,text)',
            'topoff.accounts_to_post_on(text,uuid,uuid[],timestamptz)',
            'topoff.require_all_posted(uuid[],uuid[],timestamptz)',
            'topoff.stop_cadences(text,uuid)',
            'topoff.forget_planning(text,uuid)',
            'topoff.black_out_account(text,uuid)',
            'topoff.delete_posts(text,uuid[])',
            'topoff.planning_window_end(interval,timestamptz)',
            'topoff.lock_tenants(text[])',
            'topoff.tenant_lock(text)',
            'topoff.planned_calendars(text[],timestamptz,timestamptz,boolean,boolean)',
            'topoff.planned_slots(text[],timestamptz,timestamptz,boolean,boolean)',
            'topoff.insert_planned_slots(text[],timestamptz,timestamptz,boolean)',
            'topoff.plan_tenant(text,timestamptz,timestamptz,boolean)',
            'topoff.placeholder_content_item_id(text)',
            'topoff.time_zone_name(text)',
            'topoff.require_time_zone(text)',
            'topoff.slot_instant(timestamp,text)',
            'topoff.cadence_cells(bigint,bigint[],time[])',
            'topoff.cadence_slots(bigint,bigint[],time[],text,date,date)',
            'topoff.day_begins(text,date,date)',
            'topoff.slots_on_days(bigint,bigint[],time[],text,date,date,timestamptz[])',
            'topoff.cells_giving_way(timestamptz[],timestamptz[],bigint)',
            'topoff.plans(text,bigint,boolean)',
            'topoff.is_blacked_out(timestamp,tsmultirange,tsmultirange)',
            'topoff.is_known_zone(text)',
            'topoff.accounts_of_unknown_zone(text[])',
            'topoff.warn_of_unknown_zones(text)',
            'topoff.slots_need_content()',
            'topoff.replanned_slots(text[],timestamptz,timestamptz,boolean)',
            'topoff.new_slots(text[],timestamptz,timestamptz,boolean)',
            'topoff.lock_changed_slots(text[],timestamptz,timestamptz)',
            'topoff.replan_slots(text[],timestamptz,timestamptz)',
            'topoff.is_empty_slot(text,uuid,uuid)',
            'topoff.is_untouched_slot(text,uuid,uuid,timestamptz,timestamptz,timestamptz)',
            'topoff.tenants()',
            'topoff.cadence_in_words(bigint,bigint[],time[],text,daterange)',
            'topoff.tenant_coverage(text)'
        ]) AS wanted (signature)
        JOIN pg_proc AS routine ON routine.oid = to_regprocedure(wanted.signature)
    ),
    listed AS (
        SELECT format('USAGE ON SCHEMA %I', ours.nspname) AS privilege,
               has_schema_privilege(api_role, ours.oid, 'USAGE') AS held, ours.nspacl AS acl
        FROM pg_namespace AS ours
        WHERE ours.nspname IN ('public', 'topoff')
        UNION ALL
        SELECT format('%s (%I) ON %s', relation.privilege, attribute.attname, relation.oid::regclass),
               has_column_privilege(api_role, relation.oid, attribute.attnum, relation.privilege),
               attribute.attacl
        FROM relation
        JOIN pg_attribute AS attribute
          ON attribute.attrelid = relation.oid AND attribute.attnum > 0 AND NOT attribute.attisdropped
         AND attribute.attname = ANY (relation.columns)
        UNION ALL
        SELECT format('%s ON %s', relation.privilege, relation.oid::regclass),
               has_table_privilege(api_role, relation.oid, relation.privilege), relation.relacl
        FROM relation
        WHERE relation.columns IS NULL
        UNION ALL
        -- The application may number its rows from sequences.
        SELECT format('USAGE ON SEQUENCE %s', sequence.oid::regclass),
               has_sequence_privilege(api_role, sequence.oid, 'USAGE'), sequence.relacl
        FROM pg_class AS sequence
        WHERE sequence.relkind = 'S'
          AND sequence.oid IN (
              SELECT depends.refobjid
              FROM pg_attrdef AS column_default
              JOIN pg_depend AS depends
                ON depends.classid = 'pg_attrdef'::regclass AND depends.objid = column_default.oid
               AND depends.refclassid = 'pg_class'::regclass
              WHERE column_default.adrelid IN ('public.content_items'::regclass, 'public.post_instances'::regclass)
          )
        UNION ALL
        SELECT format('EXECUTE ON FUNCTION %s', routine.oid::regprocedure),
               has_function_privilege(api_role, routine.oid, 'EXECUTE'), routine.proacl
        FROM routine
    )
    SELECT listed.privilege, listed.held,
           ARRAY(SELECT entry.grantor::regrole
                 FROM aclexplode(listed.acl) AS entry
                 WHERE entry.grantee = api_role
                   AND entry.privilege_type = split_part(listed.privilege, ' ', 1)
                 ORDER BY entry.grantor)
    FROM listed;
END;
$$;

COMMENT ON FUNCTION topoff.api_privileges(regrole) IS
'The privileges that the API''s role needs for the functions of the calendar, as GRANT spells them; whether the role holds each already, by itself or through another role or PUBLIC; and who granted it to the role itself. isolate_tenants() grants those that are missing.';

REVOKE ALL ON FUNCTION topoff.api_privileges(regrole) FROM PUBLIC;
