-- The tables that hold tenants' rows. The API's role needs nothing of topoff.run_tenants, but may have
-- been given it along with all tables of the schema, and it tells of every tenant.
CREATE OR REPLACE FUNCTION topoff.isolated_tables()
RETURNS regclass[]
LANGUAGE sql
STABLE
RETURN ARRAY[
    'public.channel_accounts'::regclass, 'public.content_items'::regclass,
    'public.post_instances'::regclass, 'topoff.cadences'::regclass,
    'topoff.blackouts'::regclass, 'topoff.run_tenants'::regclass
];

COMMENT ON FUNCTION topoff.isolated_tables() IS
'The tables on which isolate_tenants() enables row-level security.';

REVOKE ALL ON FUNCTION topoff.isolated_tables() FROM PUBLIC;
