-- No NULL and no element twice: what a list of days or times must be before a cadence can use it.
-- count(DISTINCT) passes over NULLs, so a NULL makes the counts differ just as a duplicate does.
-- (A polymorphic function cannot have an SQL-standard body, hence the pinned search_path.)
CREATE OR REPLACE FUNCTION topoff.array_is_set(elements anyarray)
RETURNS boolean
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT count(DISTINCT element) = cardinality(elements) FROM unnest(elements) AS element
$$;

COMMENT ON FUNCTION topoff.array_is_set(anyarray) IS
'True where the array holds no NULL and no element twice. Used by the CHECKs on channel_accounts.days_of_week and times_local.';

-- Everybody who writes an account has the CHECKs call this, and PostgreSQL asks for the right to.
GRANT EXECUTE ON FUNCTION topoff.array_is_set(anyarray) TO PUBLIC;
