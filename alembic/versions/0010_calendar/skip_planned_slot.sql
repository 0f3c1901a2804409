-- "Not this one": takes an empty slot off the calendar for good.
CREATE OR REPLACE FUNCTION public.skip_planned_slot(tenant text, post_instance_id uuid)
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM topoff.black_out_slot(tenant, post_instance_id);
    PERFORM topoff.delete_posts(tenant, ARRAY[post_instance_id]);
END;
$$;

COMMENT ON FUNCTION public.skip_planned_slot(text, uuid) IS
'Deletes one empty slot and leaves a blackout of one instant, reason ''skipped'', at its account''s local time, so that no top-off brings it back; for a moved slot also at the time it was planned for. To have it back, delete the blackout and top off.
Errors: P0002 for an id that is not one of the tenant''s post instances; 55000 for a post that is not an empty slot or not in the future; for the tenant as topoff_planned_slots.';

REVOKE ALL ON FUNCTION public.skip_planned_slot(text, uuid) FROM PUBLIC;
