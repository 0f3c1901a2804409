-- The tables that hold tenants' rows and that the API's role can read.
CREATE OR REPLACE FUNCTION public.isolated_tables()
RETURNS regclass[]
LANGUAGE sql
STABLE
RETURN ARRAY[
    'public.channel_accounts'::regclass, 'public.content_items'::regclass,
    'public.post_instances'::regclass, 'public.blackouts'::regclass
];

COMMENT ON FUNCTION public.isolated_tables() IS
'The tables on which isolate_tenants() enables row-level security.';

REVOKE ALL ON FUNCTION public.isolated_tables() FROM PUBLIC;
