-- The release that is installed in this database.
CREATE OR REPLACE FUNCTION topoff.version()
RETURNS text
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
RETURN '1.1.2';

COMMENT ON FUNCTION topoff.version() IS
'The release of planned-slot top-off that is installed in this database, such as 1.0.0.';

REVOKE ALL ON FUNCTION topoff.version() FROM PUBLIC;
