-- Which of some tenants have all the slots that their programmes give.
--
-- It looks at many at a time. What keeps it from that, for whatever reason, will keep the step of the tenant concerned
-- from its work, and is recorded there; here it only means that nobody is spared that step.
CREATE OR REPLACE FUNCTION topoff.complete_tenants(tenants text[], as_of timestamptz, window_end timestamptz)
RETURNS text[]
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
BEGIN
    RETURN ARRAY(
        SELECT tenant FROM unnest(tenants) AS tenant
        WHERE tenant NOT IN (
            SELECT planned.tenant_id
            FROM topoff.planned_calendars(tenants, as_of, window_end, creates_only => true) AS planned
        )
    );
EXCEPTION
    WHEN OTHERS THEN
        RETURN ARRAY[]::text[];
END;
$$;

COMMENT ON FUNCTION topoff.complete_tenants(text[], timestamptz, timestamptz) IS
'For topoff_all_tenants(): those of the tenants for whom a top-off with as_of < instant <= window_end would create nothing; none of them where that cannot be told. Takes no lock and checks no argument.';

REVOKE ALL ON FUNCTION topoff.complete_tenants(text[], timestamptz, timestamptz) FROM PUBLIC;
