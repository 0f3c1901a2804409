-- What the API's role needs to call the functions of the calendar and to read cadence_coverage, and what
-- of it the role holds: the one list that isolate_tenants() grants from. The functions run with their
-- caller's rights, so it includes what they do inside, column by column where they name columns: an
-- account's row may hold secrets of the application.
--
-- post_instances is read as whole rows, so in full, with columns that are yet to come. Where the role has
-- been given single columns of it before, so are the others: revoking SELECT on a table revokes it on
-- every column, and unisolate_tenants() would take away what the role had.
CREATE OR REPLACE FUNCTION topoff.api_privileges(api_role regrole)
RETURNS TABLE (privilege text, held boolean)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT format('USAGE ON SCHEMA %I', ours.name), has_schema_privilege(api_role, ours.name, 'USAGE')
    FROM unnest(ARRAY['public', 'topoff']) AS ours (name);

    RETURN QUERY
    WITH relation AS (
        SELECT wanted.name::regclass AS oid, wanted.privilege, wanted.columns::name[] AS columns
        FROM (VALUES
            ('public.channel_accounts', 'SELECT',
             '{id,tenant_id,status,posts_per_week,days_of_week,times_local,timezone}'),
            ('public.content_items', 'SELECT', '{id,tenant_id}'),
            ('public.content_items', 'INSERT', '{id,tenant_id,title}'),
            ('public.post_instances', 'SELECT', NULL),
            ('public.post_instances', 'INSERT',
             '{id,tenant_id,channel_account_id,content_item_id,scheduled_for,planned_for,planned_category,status}'),
            ('public.post_instances', 'UPDATE', '{content_item_id,status,planned_category}'),
            ('public.post_instances', 'DELETE', NULL),
            ('topoff.cadences', 'SELECT',
             '{id,tenant_id,channel_account_id,posts_per_week,days_of_week,times_local,category,during}'),
            ('topoff.blackouts', 'SELECT', '{tenant_id,channel_account_id,during}'),
            ('topoff.blackouts', 'INSERT', '{tenant_id,channel_account_id,during,reason}'),
            ('public.cadence_coverage', 'SELECT', NULL)
        ) AS wanted (name, privilege, columns)
    ),
    own_columns AS (
        SELECT DISTINCT attribute.attrelid, entry.privilege_type
        FROM pg_attribute AS attribute
        CROSS JOIN LATERAL aclexplode(attribute.attacl) AS entry
        WHERE attribute.attrelid IN (SELECT relation.oid FROM relation) AND entry.grantee = api_role
    )
    SELECT format('%s (%I) ON %s', relation.privilege, attribute.attname, relation.oid),
           has_column_privilege(api_role, relation.oid, attribute.attnum, relation.privilege)
    FROM relation
    JOIN pg_attribute AS attribute
      ON attribute.attrelid = relation.oid AND attribute.attnum > 0 AND NOT attribute.attisdropped
    LEFT JOIN own_columns
           ON own_columns.attrelid = relation.oid AND own_columns.privilege_type = relation.privilege
    WHERE attribute.attname = ANY (relation.columns)
       OR relation.columns IS NULL AND own_columns.attrelid IS NOT NULL
    UNION ALL
    SELECT format('%s ON %s', relation.privilege, relation.oid),
           has_table_privilege(api_role, relation.oid, relation.privilege)
    FROM relation
    LEFT JOIN own_columns
           ON own_columns.attrelid = relation.oid AND own_columns.privilege_type = relation.privilege
    WHERE relation.columns IS NULL AND own_columns.attrelid IS NULL;

    -- The application may number its rows from sequences.
    RETURN QUERY
    SELECT DISTINCT format('USAGE ON SEQUENCE %s', sequence.oid::regclass),
           has_sequence_privilege(api_role, sequence.oid, 'USAGE')
    FROM pg_attrdef AS column_default
    JOIN pg_depend AS depends
      ON depends.classid = 'pg_attrdef'::regclass AND depends.objid = column_default.oid
     AND depends.refclassid = 'pg_class'::regclass
    JOIN pg_class AS sequence ON sequence.oid = depends.refobjid AND sequence.relkind = 'S'
    WHERE column_default.adrelid IN ('public.content_items'::regclass, 'public.post_instances'::regclass);

    RETURN QUERY
    SELECT format('EXECUTE ON FUNCTION %s', routine.signature),
           has_function_privilege(api_role, routine.signature, 'EXECUTE')
    FROM unnest(ARRAY[
        -- what the API calls
        'public.topoff_planned_slots(text,interval,timestamptz)',
        'public.preview_planned_slots(text,interval,timestamptz,boolean)',
        'public.replan_planned_slots(text,interval,timestamptz)',
        'public.skip_planned_slot(text,uuid)',
        'public.fill_next_planned_slot(text,uuid,uuid)',
        'public.create_post_instances(text,uuid,uuid[],timestamptz)',
        'public.marketing_calendar(text,date,date,text)',
        'public.calendar_grid(text,date,text)',
        -- what these and the view call
        'topoff.require_tenant(text)',
        'topoff.require_content_item(text,uuid)',
        'topoff.planning_window_end(interval,timestamptz)',
        'topoff.lock_tenants(text[])',
        'topoff.tenant_lock(text)',
        'topoff.planned_slots(text[],timestamptz,timestamptz,boolean,boolean)',
        'topoff.insert_planned_slots(text[],timestamptz,timestamptz,boolean,boolean)',
        'topoff.placeholder_content_item_id(text)',
        'topoff.slot_instant(timestamp,text)',
        'topoff.cadence_cells(bigint,bigint[],time[])',
        'topoff.cadence_slots(bigint,bigint[],time[],text,date,date)',
        'topoff.cells_giving_way(timestamptz[],timestamptz[],bigint)',
        'topoff.plans(text,bigint,boolean)',
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
    ]::regprocedure[]) AS routine (signature);
END;
$$;

COMMENT ON FUNCTION topoff.api_privileges(regrole) IS
'The privileges that the API''s role needs for the functions of the calendar, as GRANT spells them, and whether the role holds each already, by itself or through another role or PUBLIC. isolate_tenants() grants those that are missing.';

REVOKE ALL ON FUNCTION topoff.api_privileges(regrole) FROM PUBLIC;
