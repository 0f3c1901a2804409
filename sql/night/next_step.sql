-- How many accounts the next step of a nightly run takes, having seen how long this one took.
--
-- A tenant's locks are held until its step commits, so a step that writes much must be a small one; where
-- there is hardly anything to write, what a step costs in any case counts. So steps double while they take less
-- than three tenths of deadlock_timeout, or grow by as much more as they are quicker, up to 2000 accounts, and
-- are halved when they take more than seven.
CREATE OR REPLACE FUNCTION topoff.next_step(accounts integer, longest_wait integer)
RETURNS integer
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    took CONSTANT integer := topoff.waited();
BEGIN
    RETURN CASE
        WHEN took > 7 * longest_wait THEN greatest(accounts / 2, 1)
        WHEN 4 * took < 3 * longest_wait THEN least(accounts * 4, 2000)
        WHEN took < 3 * longest_wait THEN least(accounts * 2, 2000)
        ELSE accounts
    END;
END;
$$;

COMMENT ON FUNCTION topoff.next_step(integer, integer) IS
'For topoff_all_tenants(): the size of the next step in accounts, after one of this size that took as long as this transaction has lasted: twice or four times as many after a quick one, up to 2000, half as many after a slow one, measured by longest_wait() in milliseconds.';

REVOKE ALL ON FUNCTION topoff.next_step(integer, integer) FROM PUBLIC;
