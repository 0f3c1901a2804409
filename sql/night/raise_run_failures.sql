-- Makes a run with failures end in an error, once all its work is committed, so that pg_cron shows it as
-- failed.
CREATE OR REPLACE FUNCTION topoff.raise_run_failures(run_id bigint)
RETURNS void
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    run topoff.runs;
    examples text;
    errors text;
BEGIN
    SELECT * INTO run FROM topoff.runs AS known WHERE known.id = run_id;
    IF run.failed IS NULL OR run.failed = 0 THEN
        RETURN;
    END IF;
    SELECT string_agg(failure.tenant_id, ', ' ORDER BY failure.tenant_id),
           string_agg(format('%s: %s (%s)', failure.tenant_id, failure.message, failure.sqlstate),
                      E'\n' ORDER BY failure.tenant_id)
    INTO examples, errors
    FROM (
        SELECT entry.tenant_id, entry.message, entry.sqlstate
        FROM topoff.run_tenants AS entry
        WHERE entry.run_id = raise_run_failures.run_id AND entry.sqlstate IS NOT NULL
        ORDER BY entry.tenant_id
        LIMIT 20
    ) AS failure;
    -- Of who has been erased since, the ledger has no entry any more.
    RAISE EXCEPTION '% of % tenants failed%', run.failed, run.tenants,
            coalesce(': ' || examples || CASE WHEN run.failed > 20 THEN ' ...' ELSE '' END, '')
        USING ERRCODE = 'raise_exception',
              DETAIL = coalesce(errors, 'The ledger has no entry of them any more.'),
              HINT = format('For all others it is done. All errors: SELECT * FROM topoff.run_tenants '
                            'WHERE run_id = %s AND sqlstate IS NOT NULL; Mend the cause, then call '
                            'public.topoff_planned_slots for the tenant, or leave it to the next night.', run_id);
END;
$$;

COMMENT ON FUNCTION topoff.raise_run_failures(bigint) IS
'For topoff_all_tenants(): fails (P0001) naming the tenants, the first 20 of them, that failed in the run; does nothing after a run without failures.';

REVOKE ALL ON FUNCTION topoff.raise_run_failures(bigint) FROM PUBLIC;
