-- Refuses a role that row-level security would not hold, and says what to revoke.
--
-- Which rights count: its own, those that it inherits, and those of every role that it can become by SET ROLE, or could
-- by granting itself the option (ADMIN). An owner's membership counts in any form.
--  * Some attributes and predefined roles read everything past any policy: SUPERUSER, BYPASSRLS, REPLICATION (a base
--    backup), the server's files and programs. CREATEROLE, before PostgreSQL 16, grants itself any other role.
--  * An owner of a table reads past its policies, an owner of a function, a schema or the database replaces functions.
--  * Who may create in public or in the database can put a function in the place of one that others call there.
--  * TRUNCATE, REFERENCES and TRIGGER reach rows that a policy hides.
--  * A role that may read or write the tables and is not held itself shows every tenant after SET ROLE.
CREATE OR REPLACE FUNCTION topoff.require_isolable_role(api_role regrole)
RETURNS void
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    role_name CONSTANT name := (SELECT role.rolname FROM pg_roles AS role WHERE role.oid = api_role);
    reasons text;
    mends text;
BEGIN
    IF role_name IS NULL THEN
        RAISE EXCEPTION 'api_role must not be null or unknown'
            USING ERRCODE = 'null_value_not_allowed', HINT = 'Name the role that the API connects as.';
    ELSIF EXISTS (SELECT FROM pg_extension WHERE extname = 'citus') THEN
        RAISE EXCEPTION 'no role can be held to one tenant on a server with Citus'
            USING ERRCODE = 'feature_not_supported',
                  DETAIL = 'On its shards Citus makes a permissive policy of a restrictive one, which then lets '
                           'everybody see everything.',
                  HINT = 'Spread tenants over several databases, each with planned-slot top-off of its own.';
    ELSIF (SELECT role.rolsuper FROM pg_roles AS role WHERE role.oid = api_role) THEN
        RAISE EXCEPTION 'role "%" cannot be held to one tenant', role_name
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = 'It is a superuser.',
                  HINT = 'Let the API connect as a role of its own: CREATE ROLE api LOGIN;';
    END IF;

    WITH RECURSIVE becomes AS (
        -- The roles that it can become, each with the membership that leads there; PostgreSQL 16 and later know
        -- memberships that SET ROLE cannot use.
        SELECT api_role::oid AS oid, NULL::oid AS through
        UNION
        SELECT membership.roleid, coalesce(becomes.through, membership.roleid)
        FROM becomes
        JOIN pg_auth_members AS membership ON membership.member = becomes.oid
        WHERE coalesce((to_jsonb(membership) ->> 'set_option')::boolean, true) OR membership.admin_option
    ),
    owned AS (
        SELECT CASE class.relkind WHEN 'v' THEN 'view ' ELSE 'table ' END || class.oid::regclass AS object,
               class.relowner AS owner
        FROM pg_class AS class
        WHERE class.oid = ANY (topoff.isolated_tables()) OR class.oid = to_regclass('public.cadence_coverage')
           OR class.relnamespace = 'topoff'::regnamespace AND class.relkind = 'r'
        UNION ALL
        SELECT 'function ' || routine.oid::regprocedure, routine.proowner
        FROM pg_proc AS routine
        WHERE routine.pronamespace = 'topoff'::regnamespace
           OR routine.pronamespace = 'public'::regnamespace AND routine.proname = 'topoff_all_tenants'
           OR routine.oid IN (
               SELECT to_regprocedure(substring(needed.privilege FROM 'EXECUTE ON FUNCTION (.*)'))
               FROM topoff.api_privileges(api_role) AS needed
           )
        UNION ALL
        SELECT 'schema ' || schema.nspname, schema.nspowner
        FROM pg_namespace AS schema
        WHERE schema.nspname IN ('public', 'topoff')
        UNION ALL
        SELECT 'database ' || database.datname, database.datdba
        FROM pg_database AS database
        WHERE database.datname = current_database()
    ),
    beyond AS (
        SELECT format('SCHEMA %I', schema.nspname) AS object, schema.nspowner AS owner, entry.*
        FROM pg_namespace AS schema
        CROSS JOIN LATERAL aclexplode(schema.nspacl) AS entry
        WHERE schema.nspname IN ('public', 'topoff') AND entry.privilege_type = 'CREATE'
        UNION ALL
        SELECT format('DATABASE %I', database.datname), database.datdba, entry.*
        FROM pg_database AS database
        CROSS JOIN LATERAL aclexplode(database.datacl) AS entry
        WHERE database.datname = current_database() AND entry.privilege_type = 'CREATE'
        UNION ALL
        SELECT class.oid::regclass::text, class.relowner, entry.*
        FROM pg_class AS class
        CROSS JOIN LATERAL (
            SELECT of_table.* FROM aclexplode(class.relacl) AS of_table
            UNION
            SELECT of_column.*
            FROM pg_attribute AS attribute
            CROSS JOIN LATERAL aclexplode(attribute.attacl) AS of_column
            WHERE attribute.attrelid = class.oid AND NOT attribute.attisdropped
        ) AS entry
        WHERE class.oid = ANY (topoff.isolated_tables())
          AND entry.privilege_type IN ('TRUNCATE', 'REFERENCES', 'TRIGGER')
    ),
    problem AS (
        SELECT 1 AS position,
               CASE WHEN role.oid = api_role THEN 'It is ' ELSE format('It can become %I, which is ', role.rolname) END
               || attribute.name AS reason,
               CASE WHEN role.oid = api_role THEN format('ALTER ROLE %s NO%s;', api_role, attribute.name)
                    ELSE format('REVOKE %s FROM %s;', becomes.through::regrole, api_role) END AS mend
        FROM becomes
        JOIN pg_roles AS role ON role.oid = becomes.oid
        CROSS JOIN LATERAL (VALUES
            ('SUPERUSER', role.rolsuper), ('BYPASSRLS', role.rolbypassrls),
            ('CREATEROLE', role.rolcreaterole), ('REPLICATION', role.rolreplication)
        ) AS attribute (name, has_it)
        WHERE attribute.has_it
        UNION ALL
        SELECT 2, format('It is a member of %s', role.oid::regrole),
               format('REVOKE %s FROM %s;', coalesce(becomes.through, role.oid)::regrole, api_role)
        FROM pg_roles AS role
        LEFT JOIN becomes ON becomes.oid = role.oid
        WHERE role.rolname IN ('pg_read_all_data', 'pg_write_all_data', 'pg_read_server_files',
                               'pg_write_server_files', 'pg_execute_server_program')
          AND pg_has_role(api_role, role.oid, 'MEMBER')
        UNION ALL
        SELECT 3,
               format('%s %s, owner of %s', CASE WHEN owned.owner = api_role THEN 'It is' ELSE 'It is a member of' END,
                      owned.owner::regrole, min(owned.object))
               || CASE count(*) WHEN 1 THEN '' ELSE format(' and %s more', count(*) - 1) END,
               CASE WHEN owned.owner = api_role THEN 'CREATE ROLE api LOGIN;  -- one of its own for the API'
                    ELSE format('REVOKE %s FROM %s;', coalesce(becomes.through, owned.owner)::regrole, api_role) END
        FROM owned
        LEFT JOIN becomes ON becomes.oid = owned.owner
        WHERE pg_has_role(api_role, owned.owner, 'MEMBER')
        GROUP BY owned.owner, becomes.through
        UNION ALL
        SELECT 4,
               format('%s on %s, which %s has', string_agg(DISTINCT beyond.privilege_type, ', '), beyond.object, holder.name),
               format('REVOKE %s ON %s FROM %s;', string_agg(DISTINCT beyond.privilege_type, ', '), beyond.object,
                      holder.name)
        FROM beyond
        CROSS JOIN LATERAL (
            SELECT CASE beyond.grantee WHEN 0 THEN 'PUBLIC' ELSE beyond.grantee::regrole::text END AS name
        ) AS holder
        WHERE beyond.grantee <> beyond.owner
          AND (beyond.grantee = 0 OR pg_has_role(api_role, beyond.grantee, 'MEMBER'))
        GROUP BY beyond.object, holder.name
        UNION ALL
        SELECT 5, format('It can become %s, which has rights on %s and is not held to one tenant',
                         becomes.oid::regrole, string_agg(DISTINCT class.oid::regclass::text, ', ')),
               format('REVOKE %s FROM %s;  -- or hold that one too: SELECT topoff.isolate_tenants(%L);',
                      becomes.through::regrole, api_role, becomes.oid::regrole)
        FROM becomes
        JOIN pg_roles AS role ON role.oid = becomes.oid AND NOT role.rolsuper AND role.rolname !~ '^pg_'
        JOIN pg_class AS class ON class.oid = ANY (topoff.isolated_tables())
        WHERE becomes.oid <> api_role
          AND NOT pg_has_role(becomes.oid, class.relowner, 'MEMBER')
          AND (has_table_privilege(becomes.oid, class.oid, 'SELECT, INSERT, UPDATE, DELETE')
               OR has_any_column_privilege(becomes.oid, class.oid, 'SELECT, INSERT, UPDATE'))
          AND NOT EXISTS (
              SELECT FROM topoff.isolated_roles() AS isolated WHERE pg_has_role(becomes.oid, isolated, 'USAGE')
          )
        GROUP BY becomes.oid, becomes.through
    )
    SELECT string_agg(problem.reason || '.', ' ' ORDER BY problem.position, problem.reason),
           (SELECT string_agg(mend.mend, E'\n' ORDER BY mend.position, mend.mend)
            FROM (SELECT problem.mend, min(problem.position) AS position FROM problem GROUP BY problem.mend) AS mend)
    INTO reasons, mends
    FROM problem;
    IF reasons IS NOT NULL THEN
        RAISE EXCEPTION 'role "%" cannot be held to one tenant', role_name
            USING ERRCODE = 'object_not_in_prerequisite_state', DETAIL = reasons, HINT = mends;
    END IF;
END;
$$;

COMMENT ON FUNCTION topoff.require_isolable_role(regrole) IS
'For topoff.isolate_tenants(): fails for a role that could get round row-level security, with the statements that mend it in the HINT.
Errors: 22004 for NULL or an unknown role; 0A000 on a server with Citus; 55000 for a superuser; for a role that is, or can become one that is, BYPASSRLS, CREATEROLE or REPLICATION; that is a member of a predefined role that reads everything or of an owner of the tables, the functions, the schemas or the database; that may create in public, in topoff or in the database; that has TRUNCATE, REFERENCES or TRIGGER on the tables; that can become another role with rights on the tables that is not held.';

REVOKE ALL ON FUNCTION topoff.require_isolable_role(regrole) FROM PUBLIC;
