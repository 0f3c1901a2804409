-- Whether a cell is closed by a blackout, its account's own or one of all the tenant's accounts.
--
-- The two are looked into one after the other: to unite them for each account would take long where a tenant has many.
CREATE OR REPLACE FUNCTION topoff.is_blacked_out(slot_local timestamp, own tsmultirange, everybody tsmultirange)
RETURNS boolean
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
RETURN (slot_local <@ own OR slot_local <@ everybody) IS TRUE;

COMMENT ON FUNCTION topoff.is_blacked_out(timestamp, tsmultirange, tsmultirange) IS
'True where a local time lies in one of these times, both by the same clock: the blackouts of an account and those of all its tenant''s accounts, NULL where there are none.';

REVOKE ALL ON FUNCTION topoff.is_blacked_out(timestamp, tsmultirange, tsmultirange) FROM PUBLIC;
