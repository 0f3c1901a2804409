-- What the API's role needs to call the functions of the calendar: the one list that isolate_tenants()
-- grants from. The functions run with their caller's rights, so it includes what they do inside.
CREATE OR REPLACE FUNCTION public.api_privileges()
RETURNS TABLE (object regclass, columns name[], routine regprocedure, privilege text)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY
    SELECT relation.object::regclass, relation.columns::name[], NULL::regprocedure, relation.privilege
    FROM (VALUES
        ('public.channel_accounts', NULL, 'SELECT'),
        ('public.channel_accounts', '{posts_per_week,days_of_week,times_local,timezone}', 'UPDATE'),
        ('public.content_items', NULL, 'SELECT'),
        ('public.content_items', '{id,tenant_id,title}', 'INSERT'),
        ('public.post_instances', NULL, 'SELECT'),
        ('public.post_instances',
         '{id,tenant_id,channel_account_id,content_item_id,scheduled_for,planned_for,status}', 'INSERT'),
        ('public.post_instances', '{content_item_id,status}', 'UPDATE'),
        ('public.post_instances', NULL, 'DELETE'),
        ('public.blackouts', NULL, 'SELECT'),
        ('public.blackouts', '{tenant_id,channel_account_id,during,reason}', 'INSERT'),
        ('public.cadence_coverage', NULL, 'SELECT')
    ) AS relation (object, columns, privilege);

    RETURN QUERY
    SELECT NULL::regclass, NULL::name[], routine.signature::regprocedure, 'EXECUTE'
    FROM (VALUES
        -- what the API calls
        ('public.topoff_planned_slots(text,interval,timestamptz)'),
        ('public.preview_planned_slots(text,interval,timestamptz,boolean)'),
        ('public.replan_planned_slots(text,interval,timestamptz)'),
        ('public.skip_planned_slot(text,uuid)'),
        ('public.fill_next_planned_slot(text,uuid,uuid)'),
        ('public.create_post_instances(text,uuid,uuid[],timestamptz)'),
        ('public.marketing_calendar(text,date,date,text)'),
        ('public.calendar_grid(text,date,text)'),
        -- what these call
        ('public.require_tenant(text)'),
        ('public.require_content_item(text,uuid)'),
        ('public.planning_window_end(interval,timestamptz)'),
        ('public.lock_tenants(text[])'),
        ('public.planned_slots(text[],timestamptz,timestamptz,boolean)'),
        ('public.insert_planned_slots(text[],timestamptz,timestamptz,boolean)'),
        ('public.slot_instant(timestamp,text)'),
        ('public.cadence_cells(smallint,smallint[],time[])'),
        ('public.is_empty_slot(public.post_instances,uuid)'),
        ('public.is_untouched_slot(public.post_instances,uuid)'),
        ('public.tenant_coverage(text)')
    ) AS routine (signature);
END;
$$;

COMMENT ON FUNCTION public.api_privileges() IS
'The privileges that isolate_tenants() gives the API''s role: on a table (or some of its columns) or on a function.';

REVOKE ALL ON FUNCTION public.api_privileges() FROM PUBLIC;
