-- A night that sees some tenants only would say that it succeeded: it must see all, or fail.
--
-- Row-level security hides nothing from this role where it is not active for it, or where a policy shows all
-- and none takes anything away: that is how isolate_tenants() leaves it for all roles but the API's.
CREATE OR REPLACE FUNCTION topoff.require_all_rows()
RETURNS void
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    hidden text;
BEGIN
    SELECT string_agg(protected.name, ', ' ORDER BY protected.place) INTO hidden
    FROM unnest(ARRAY[
        'public.channel_accounts', 'public.post_instances', 'public.content_items',
        'topoff.cadences', 'topoff.blackouts', 'topoff.runs', 'topoff.run_tenants'
    ]) WITH ORDINALITY AS protected (name, place)
    CROSS JOIN LATERAL (
        SELECT bool_or(policy.polpermissive AND policy.polcmd = '*'
                       AND pg_get_expr(policy.polqual, policy.polrelid) = 'true') AS shows_all,
               bool_or(NOT policy.polpermissive) AS takes_away
        FROM pg_policy AS policy
        WHERE policy.polrelid = protected.name::regclass
          AND EXISTS (
              SELECT FROM unnest(policy.polroles) AS for_role
              WHERE for_role = 0 OR pg_has_role(for_role, 'USAGE')
          )
    ) AS policies
    WHERE row_security_active(protected.name)
      AND (policies.shows_all IS NOT TRUE OR policies.takes_away);
    IF hidden IS NOT NULL THEN
        RAISE EXCEPTION 'role "%" does not see all rows: row-level security of %', current_user, hidden
            USING ERRCODE = 'insufficient_privilege',
                  DETAIL = 'The run over all tenants would leave out those that are hidden from it.',
                  HINT = format('As superuser: ALTER ROLE %I BYPASSRLS; Or call it as another role.', current_user);
    END IF;
END;
$$;

COMMENT ON FUNCTION topoff.require_all_rows() IS
'For topoff_all_tenants(): fails (42501) where row-level security can hide rows of the tables that planning reads or writes from this role.';

REVOKE ALL ON FUNCTION topoff.require_all_rows() FROM PUBLIC;
