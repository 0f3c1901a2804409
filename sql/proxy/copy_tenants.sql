-- Prints the rows of all tenants of one partition, as pg_dump would, to be loaded into another database:
--
--     psql -d OLD -v partition=2 -v partitions=4 -f sql/proxy/copy_tenants.sql | psql -d NEW -v ON_ERROR_STOP=1 -q
--
-- of partition number 2 of 4, that is: all of them or, where the stream breaks off, none. The ledger stays where the nights were. More tables, the application's own,
-- after those: -v tables='public.reviews, public.media_assets'. Each needs a column tenant_id.
\set ON_ERROR_STOP on
\set QUIET on
\pset tuples_only on
\pset format unaligned
\if :{?tables}
    \set tables ', ' :tables
\else
    \set tables ''
\endif

BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;
SET LOCAL search_path = pg_catalog;
\qecho 'BEGIN;'
SELECT format('SELECT %L', format('COPY %s (%s) FROM stdin;', copied.name, copied.columns)),
       format('COPY (SELECT %s FROM %s AS held WHERE hashtext(held.tenant_id) & (%s - 1) = %s) TO STDOUT',
              copied.columns, copied.name, :partitions, :partition),
       'SELECT E''\\.'''
FROM (
    SELECT listed.place, listed.name::regclass AS name,
           string_agg(quote_ident(attribute.attname), ', ' ORDER BY attribute.attnum) AS columns
    FROM regexp_split_to_table(
        'public.channel_accounts, public.content_items, public.post_instances, topoff.cadences, topoff.blackouts'
        || :'tables', ' *, *') WITH ORDINALITY AS listed (name, place)
    JOIN pg_attribute AS attribute
      ON attribute.attrelid = listed.name::regclass AND attribute.attnum > 0
     AND NOT attribute.attisdropped AND attribute.attgenerated = ''
    GROUP BY listed.place, listed.name
) AS copied
ORDER BY copied.place \gexec
\qecho 'COMMIT;'
COMMIT;
