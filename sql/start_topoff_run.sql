-- Begins a nightly run, unless one is under way.
--
-- Whoever works for a run holds the advisory lock 'topoff_all_tenants' until its transaction ends, and
-- takes it again in the next one. Such a lock dies with its transaction, so a run that was cancelled in
-- a session that lives on does not keep later ones away, as a lock of the session would. Holding it here
-- therefore tells that every run still marked running is dead.
CREATE OR REPLACE FUNCTION public.start_topoff_run()
RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    run_id bigint;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtextextended('topoff_all_tenants', 0)) THEN
        RAISE NOTICE 'another run of topoff_all_tenants is under way, so this one does nothing';
        RETURN NULL;
    END IF;
    UPDATE public.topoff_runs AS run
    SET status = 'abandoned', finished_at = now()
    WHERE run.status = 'running';
    DELETE FROM public.topoff_runs AS run
    WHERE run.started_at < now() - interval '90 days';
    INSERT INTO public.topoff_runs DEFAULT VALUES RETURNING id INTO run_id;
    RETURN run_id;
END;
$$;

COMMENT ON FUNCTION public.start_topoff_run() IS
'Opens a row in topoff_runs for a run of topoff_all_tenants() and returns its id; NULL, with a NOTICE, where another run is under way. Marks runs that died as abandoned and forgets those older than 90 days.';

REVOKE ALL ON FUNCTION public.start_topoff_run() FROM PUBLIC;
