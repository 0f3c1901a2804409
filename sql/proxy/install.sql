-- Makes this database the proxy before several databases of tenants, as a superuser:
--
--     psql -d PROXY -v partitions='host=db1 dbname=app; host=db2 dbname=app' -f sql/proxy/install.sql
--
-- partitions lists where the partitions are, as libpq writes it, with ; between them: a power of two of them, of
-- which several may be in one database. Without it, the list stays as it is. Run it again after the list or the
-- columns of post_instances have changed, or with a new release: the result is always the same. docs/scale.md
-- tells the whole of it.
\set ON_ERROR_STOP on
SET client_min_messages = warning;

BEGIN;
SET LOCAL search_path = pg_catalog;
\ir refuse.sql
CREATE EXTENSION IF NOT EXISTS plproxy WITH SCHEMA public;
\if :{?partitions}
SELECT set_config('topoff_proxy.partitions', :'partitions', true) AS partitions \gset written_
\ir cluster.sql
\endif
COMMIT;

BEGIN;
SET LOCAL search_path = pg_catalog;
\ir drop.sql
CREATE SCHEMA topoff_proxy;
COMMENT ON SCHEMA topoff_proxy IS 'The proxy before several databases of tenants: docs/scale.md.';
\ir databases.sql

-- Who installs looks into every database.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM topoff_proxy.partitions) THEN
        RAISE EXCEPTION 'no list of partitions'
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'psql -v partitions=''host=db1 dbname=app; host=db2 dbname=app'' -f sql/proxy/install.sql';
    ELSIF NOT EXISTS (
        SELECT FROM pg_user_mappings AS mapping
        WHERE mapping.srvname = 'topoff' AND mapping.umuser IN (current_user::regrole, 0)
    ) THEN
        RAISE EXCEPTION 'role % has no user mapping for the server topoff', current_user::regrole
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = format(
                      'CREATE USER MAPPING FOR %s SERVER topoff OPTIONS (user ''...'', password ''...''); '
                      'and then this script again.', current_user::regrole);
    END IF;
END;
$$;

\ir row_types.sql
DO $$
BEGIN
    PERFORM topoff_proxy.create_row_type('public.post_instances', 'public.post_instances');
    PERFORM topoff_proxy.create_row_type('topoff_proxy.run', 'topoff.runs');
    PERFORM topoff_proxy.create_row_type('topoff_proxy.run_tenant', 'topoff.run_tenants');
    PERFORM topoff_proxy.create_row_type('topoff_proxy.coverage', 'public.cadence_coverage');
END;
$$;
\ir routing.sql
\ir ledgers.sql
\ir callers.sql

-- Who was let in before is let in again; and tenants that calls would not find are named.
DO $$
DECLARE
    strays text;
BEGIN
    PERFORM topoff_proxy.let_in(entry.grantee)
    FROM pg_foreign_server AS server
    CROSS JOIN LATERAL aclexplode(server.srvacl) AS entry
    WHERE server.srvname = 'topoff' AND entry.privilege_type = 'USAGE'
      AND entry.grantee NOT IN (server.srvowner, 0);

    SELECT format('%s, the first: %s', count(*) OVER (), quote_literal(stray.tenant_id))
    INTO strays
    FROM topoff_proxy.tenants AS stray
    WHERE NOT stray.is_at_home
    ORDER BY stray.tenant_id
    LIMIT 1;
    IF strays IS NOT NULL THEN
        RAISE WARNING 'tenants are in databases that their calls do not go to: %', strays
            USING HINT = 'SELECT * FROM topoff_proxy.tenants WHERE NOT is_at_home; docs/scale.md says how to move them.';
    END IF;
END;
$$;
COMMIT;
