-- Takes the proxy away again: psql -d PROXY -f sql/proxy/uninstall.sql
-- The databases of tenants are not touched. The extension stays: DROP EXTENSION plproxy, where nothing else needs it.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
BEGIN;
SET LOCAL search_path = pg_catalog;
\ir refuse.sql
\ir drop.sql
DROP SERVER IF EXISTS topoff CASCADE;
COMMIT;
