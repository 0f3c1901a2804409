-- Where a tenant is, and where calls go: the list of databases is the foreign server topoff.

CREATE OR REPLACE FUNCTION topoff_proxy.tenant_hash(tenant text)
RETURNS integer
LANGUAGE sql
IMMUTABLE
RETURN pg_catalog.hashtext(coalesce(tenant, ''));

COMMENT ON FUNCTION topoff_proxy.tenant_hash(text) IS
'What a tenant is routed by: the last bits of this number are the number of its partition. NULL goes where the empty name goes, to be answered there.';

REVOKE ALL ON FUNCTION topoff_proxy.tenant_hash(text) FROM PUBLIC;

CREATE OR REPLACE VIEW topoff_proxy.partitions AS
SELECT pg_catalog.substr(listed.option_name, 2)::integer AS partition, listed.option_value AS database
FROM pg_catalog.pg_foreign_server AS server
CROSS JOIN LATERAL pg_catalog.pg_options_to_table(server.srvoptions) AS listed
WHERE server.srvname OPERATOR(pg_catalog.=) 'topoff'
  AND listed.option_name OPERATOR(pg_catalog.~) '^p[0-9]+$';

COMMENT ON VIEW topoff_proxy.partitions IS
'Which database has which partition. A database can have several.';
COMMENT ON COLUMN topoff_proxy.partitions.partition IS 'The number of the partition, from 0.';
COMMENT ON COLUMN topoff_proxy.partitions.database IS 'How the database is reached, as libpq writes it.';

REVOKE ALL ON topoff_proxy.partitions FROM PUBLIC;

CREATE OR REPLACE FUNCTION topoff_proxy.home(tenant text)
RETURNS TABLE (partition integer, database text)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT listed.partition, listed.database
    FROM topoff_proxy.partitions AS listed
    WHERE listed.partition = (
        topoff_proxy.tenant_hash(home.tenant) & (SELECT count(*)::integer - 1 FROM topoff_proxy.partitions)
    );
END;
$$;

COMMENT ON FUNCTION topoff_proxy.home(text) IS
'The partition that a tenant of this name belongs to, and the database that has it: where calls for it go, and where the application finds its rows.';

REVOKE ALL ON FUNCTION topoff_proxy.home(text) FROM PUBLIC;
