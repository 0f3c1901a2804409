-- How far ahead every account is planned, and how much of it is still to be written.
--
-- It reads through functions only, so that the application can go on changing its tables.
-- Under isolate_tenants() it must not tell of other tenants: what is read is read with the reader's rights,
-- and where a server older than 15 cannot do that for a view, no function in a query's WHERE gets to see a
-- tenant before tenant_coverage(), which always runs with the reader's, has found nothing of it.
CREATE OR REPLACE VIEW public.cadence_coverage
WITH (security_barrier) AS
SELECT tenant.tenant_id, coverage.*
FROM topoff.tenants() AS tenant
CROSS JOIN LATERAL topoff.tenant_coverage(tenant.tenant_id) AS coverage;

DO $$
BEGIN
    IF pg_catalog.current_setting('server_version_num')::integer OPERATOR(pg_catalog.>=) 150000 THEN
        ALTER VIEW public.cadence_coverage SET (security_invoker);
    END IF;
END;
$$;

COMMENT ON VIEW public.cadence_coverage IS
'For every channel account, its programme and the slots that top-offs gave it. Reads the last 28 days and what lies ahead, not the history; ask for one tenant with WHERE tenant_id = ...';
COMMENT ON COLUMN public.cadence_coverage.tenant_id IS 'The tenant that owns the account.';
COMMENT ON COLUMN public.cadence_coverage.channel_account_id IS 'The account.';
COMMENT ON COLUMN public.cadence_coverage.cadence IS
'The account''s programme in words, in its local time: its own cadence, then the further ones that are not over, such as ''3 a week: Mon Wed Fri 09:00; 2 a week team_post: Tue Thu 10:00 (Europe/London)''; ''none'', with the reason, where the account gets no slots.';
COMMENT ON COLUMN public.cadence_coverage.slots_ahead IS
'Slots of the cadence that lie ahead, empty or filled, moved or not. Posts made by hand are not counted.';
COMMENT ON COLUMN public.cadence_coverage.empty_slots IS 'Of these, the ones that nobody has written a post for.';
COMMENT ON COLUMN public.cadence_coverage.filled_slots IS 'Of these, the ones that have content.';
COMMENT ON COLUMN public.cadence_coverage.next_empty_slot IS 'The earliest empty slot ahead.';
COMMENT ON COLUMN public.cadence_coverage.filled_until IS 'The last slot ahead: the calendar is filled until then.';
COMMENT ON COLUMN public.cadence_coverage.missed_slots IS
'Slots of the last 28 days that went by empty.';
COMMENT ON COLUMN public.cadence_coverage.off_programme IS
'Empty slots ahead, as a top-off made them, that stand on no cell of the present programme: left behind by a change of cadence or zone, or by new time zone rules. replan_planned_slots() takes them away. NULL where the server does not know the zone.';

REVOKE ALL ON public.cadence_coverage FROM PUBLIC;
