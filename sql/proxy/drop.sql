-- Takes away what install.sql made in this database, but for the list of the databases and who is who there.
DROP VIEW IF EXISTS public.cadence_coverage;
DROP SCHEMA IF EXISTS topoff_proxy CASCADE;
DROP FUNCTION IF EXISTS public.fill_next_planned_slot(text, uuid, uuid, text);
DROP FUNCTION IF EXISTS public.create_post_instances(text, uuid, uuid[], timestamptz);
DROP TYPE IF EXISTS public.post_instances;
DROP PROCEDURE IF EXISTS public.topoff_all_tenants(interval, boolean);
