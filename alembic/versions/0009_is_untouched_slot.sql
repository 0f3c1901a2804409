-- An untouched slot is an empty one that still stands where the cadence put it. Nothing of a person's
-- is in it, so a re-plan may take it away.
CREATE OR REPLACE FUNCTION public.is_untouched_slot(post public.post_instances, placeholder uuid)
RETURNS boolean
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
RETURN public.is_empty_slot(post, placeholder) AND (post.planned_for = post.scheduled_for) IS TRUE;

COMMENT ON FUNCTION public.is_untouched_slot(public.post_instances, uuid) IS
'True where the post instance is an empty slot (see is_empty_slot) at the very instant that the cadence gave it.';

REVOKE ALL ON FUNCTION public.is_untouched_slot(public.post_instances, uuid) FROM PUBLIC;
