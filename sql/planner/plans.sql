-- Which accounts plan: the one place for this rule.
CREATE OR REPLACE FUNCTION topoff.plans(status text, posts_per_week bigint, has_further_cadences boolean)
RETURNS boolean
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
RETURN (status = 'active' AND (posts_per_week > 0 OR has_further_cadences)) IS TRUE;

COMMENT ON FUNCTION topoff.plans(text, bigint, boolean) IS
'True where a channel account with this status and posts_per_week plans slots: active, with a cadence of its own or with further ones in topoff.cadences. (Where the server does not know its time zone it plans nothing all the same: topoff.accounts_of_unknown_zone.)';

REVOKE ALL ON FUNCTION topoff.plans(text, bigint, boolean) FROM PUBLIC;
