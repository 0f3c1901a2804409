-- How long a nightly run waits for a lock: a tenth of deadlock_timeout.
--
-- In a deadlock the server ends the one who notices it, after deadlock_timeout of waiting. A run that has
-- left by then is never in anybody's: half would do for that, if the others began to wait no sooner than
-- the run. A tenth also does where they have waited for a while for what the run has written so far, and a
-- step is to take no more than seven tenths (next_step).
CREATE OR REPLACE FUNCTION topoff.longest_wait()
RETURNS integer
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN greatest(floor(100 * extract(epoch FROM current_setting('deadlock_timeout')::interval)), 1);
END;
$$;

COMMENT ON FUNCTION topoff.longest_wait() IS
'For topoff_all_tenants(): how long a step waits for a lock, in milliseconds: a tenth of the server''s deadlock_timeout, 100 ms where that is not changed.';

REVOKE ALL ON FUNCTION topoff.longest_wait() FROM PUBLIC;
