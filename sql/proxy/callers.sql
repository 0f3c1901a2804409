-- Who may call: a role that has been let in, by the name that the databases know it by.

CREATE OR REPLACE FUNCTION topoff_proxy.our_routines()
RETURNS SETOF regprocedure
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY
    SELECT to_regprocedure(listed.signature)
    FROM unnest(ARRAY[
        'public.topoff_planned_slots(text,interval,timestamptz)',
        'public.preview_planned_slots(text,interval,timestamptz,boolean)',
        'public.replan_planned_slots(text,interval,timestamptz)',
        'public.skip_planned_slot(text,uuid)',
        'public.fill_next_planned_slot(text,uuid,uuid,text)',
        'public.create_post_instances(text,uuid,uuid[],timestamptz)',
        'public.retire_channel_account(text,uuid)',
        'public.marketing_calendar(text,date,date,text)',
        'public.calendar_grid(text,date,text)',
        'topoff_proxy.topoff_planned_slots(text,text,interval,timestamptz,boolean)',
        'topoff_proxy.preview_planned_slots(text,text,interval,timestamptz,boolean,boolean)',
        'topoff_proxy.replan_planned_slots(text,text,interval,timestamptz,boolean)',
        'topoff_proxy.skip_planned_slot(text,text,uuid)',
        'topoff_proxy.fill_next_planned_slot(text,text,uuid,uuid,text)',
        'topoff_proxy.create_post_instances(text,text,uuid,uuid[],timestamptz)',
        'topoff_proxy.retire_channel_account(text,text,uuid)',
        'topoff_proxy.marketing_calendar(text,text,date,date,text)',
        'topoff_proxy.calendar_grid(text,text,date,text)',
        'topoff_proxy.ask_coverage(text)',
        'topoff_proxy.ask_tenant_coverage(text,text)',
        'topoff_proxy.tenant_coverage(text)',
        'topoff_proxy.tenant_hash(text)',
        'topoff_proxy.home(text)'
    ]) AS listed (signature);
END;
$$;

COMMENT ON FUNCTION topoff_proxy.our_routines() IS
'What a role that calls the calendar''s functions needs to execute.';

REVOKE ALL ON FUNCTION topoff_proxy.our_routines() FROM PUBLIC;

CREATE OR REPLACE FUNCTION topoff_proxy.let_in(caller regrole)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    routine regprocedure;
BEGIN
    IF NOT EXISTS (
        SELECT FROM pg_user_mappings AS mapping
        WHERE mapping.srvname = 'topoff' AND mapping.umuser IN (caller, 0)
    ) THEN
        RAISE EXCEPTION 'role % has no user mapping for the server topoff', caller
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = format('CREATE USER MAPPING FOR %s SERVER topoff OPTIONS (user ''...'', password ''...'');',
                                caller);
    END IF;
    EXECUTE format('GRANT USAGE ON FOREIGN SERVER topoff TO %s', caller);
    EXECUTE format('GRANT USAGE ON SCHEMA public, topoff_proxy TO %s', caller);
    EXECUTE format('GRANT SELECT ON public.cadence_coverage, topoff_proxy.partitions TO %s', caller);
    FOR routine IN SELECT * FROM topoff_proxy.our_routines() LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %s', routine, caller);
    END LOOP;
END;
$$;

COMMENT ON FUNCTION topoff_proxy.let_in(regrole) IS
'Lets a role call the calendar''s functions and read cadence_coverage. What it may do and see is for the databases to say, who know it by its user mapping: hold that role to one tenant there, with topoff.isolate_tenants(). install.sql does it again for each role that it was done for.
Errors: 55000 for a role without a user mapping.';

REVOKE ALL ON FUNCTION topoff_proxy.let_in(regrole) FROM PUBLIC;

CREATE OR REPLACE FUNCTION topoff_proxy.shut_out(caller regrole)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    routine regprocedure;
BEGIN
    EXECUTE format('REVOKE USAGE ON FOREIGN SERVER topoff FROM %s', caller);
    EXECUTE format('REVOKE USAGE ON SCHEMA topoff_proxy FROM %s', caller);
    EXECUTE format('REVOKE SELECT ON public.cadence_coverage, topoff_proxy.partitions FROM %s', caller);
    FOR routine IN SELECT * FROM topoff_proxy.our_routines() LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM %s', routine, caller);
    END LOOP;
END;
$$;

COMMENT ON FUNCTION topoff_proxy.shut_out(regrole) IS
'Takes back what let_in() granted. USAGE of schema public stays, and so does the user mapping: DROP USER MAPPING.';

REVOKE ALL ON FUNCTION topoff_proxy.shut_out(regrole) FROM PUBLIC;
