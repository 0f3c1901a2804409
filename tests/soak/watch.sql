-- What looks over the shoulder of every session in a soak: triggers that know, from settings of the session, which call
-- it is in and for whom (soak.action, soak.tenants).
--
-- What can be told from one row at once is refused at once, with SQLSTATEs of its own. Whether a week has become
-- too full is seen when the transaction commits, and written down: somebody else's write may excuse it.
CREATE SCHEMA soak;

CREATE TABLE soak.suspect (
    id bigint GENERATED ALWAYS AS IDENTITY,
    action text,
    tenant_id text,
    channel_account_id uuid,
    slot_at timestamptz,
    what text,
    began timestamptz DEFAULT now(),
    seen timestamptz DEFAULT clock_timestamp()
);

CREATE FUNCTION soak.is_empty(tenant text, status text, content uuid) RETURNS boolean LANGUAGE sql
RETURN status = 'Planned' AND coalesce(content, topoff.placeholder_content_item_id(tenant))
                              = topoff.placeholder_content_item_id(tenant);

-- For whom a session is at work, and what it may do to a row that is there.
CREATE FUNCTION soak.watch() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    action constant text := coalesce(current_setting('soak.action', true), '');
    tenants constant text[] := coalesce(nullif(current_setting('soak.tenants', true), ''), '{}')::text[];
    was jsonb;
    is_now jsonb;
BEGIN
    IF action = '' THEN
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        was := to_jsonb(OLD);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        is_now := to_jsonb(NEW);
    END IF;
    IF tenants <> '{*}' AND (NOT was ->> 'tenant_id' = ANY (tenants) OR NOT is_now ->> 'tenant_id' = ANY (tenants)) THEN
        RAISE EXCEPTION 'a row of another tenant is changed' USING ERRCODE = 'SOAK1',
            DETAIL = format('%s of %s: %s -> %s', TG_OP, TG_TABLE_NAME, was, is_now);
    END IF;
    IF TG_TABLE_NAME <> 'post_instances' OR action = 'people' THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'DELETE' AND NOT (
        soak.is_empty(OLD.tenant_id, OLD.status, OLD.content_item_id)
        AND (OLD.touched_at IS NULL OR action = 'skip')
        AND (action IN ('retire', 'erase', 'skip') OR (OLD.planned_for = OLD.scheduled_for) IS TRUE)
        AND action <> 'topoff' AND action <> 'fill' AND action <> 'create'
    ) THEN
        RAISE EXCEPTION 'what is not an untouched slot is deleted' USING ERRCODE = 'SOAK2', DETAIL = was::text;
    ELSIF TG_OP = 'UPDATE' AND action IN ('fill', 'create')
          AND NOT soak.is_empty(OLD.tenant_id, OLD.status, OLD.content_item_id) THEN
        RAISE EXCEPTION 'what is not empty is filled' USING ERRCODE = 'SOAK3', DETAIL = was::text;
    ELSIF TG_OP = 'UPDATE' AND action IN ('topoff', 'replan', 'night')
          AND was - 'planned_category' <> is_now - 'planned_category' THEN
        RAISE EXCEPTION 'planning changes more than a category' USING ERRCODE = 'SOAK4',
            DETAIL = format('%s -> %s', was, is_now);
    END IF;
    RETURN NULL;
END;
$$;
CREATE TRIGGER soak_watch AFTER INSERT OR UPDATE OR DELETE ON public.post_instances
FOR EACH ROW EXECUTE FUNCTION soak.watch();
CREATE TRIGGER soak_watch AFTER INSERT OR UPDATE OR DELETE ON public.content_items
FOR EACH ROW EXECUTE FUNCTION soak.watch();
CREATE TRIGGER soak_watch AFTER INSERT OR UPDATE OR DELETE ON public.channel_accounts
FOR EACH ROW EXECUTE FUNCTION soak.watch();
CREATE TRIGGER soak_watch AFTER INSERT OR UPDATE OR DELETE ON topoff.cadences
FOR EACH ROW EXECUTE FUNCTION soak.watch();
CREATE TRIGGER soak_watch AFTER INSERT OR UPDATE OR DELETE ON topoff.blackouts
FOR EACH ROW EXECUTE FUNCTION soak.watch();

-- Some steps take longer than others, so that sessions meet in every state of each other.
CREATE FUNCTION soak.dawdle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF random() < 0.05 THEN
        PERFORM pg_sleep(0.05 * random());
    END IF;
    RETURN NULL;
END;
$$;
CREATE TRIGGER soak_dawdle AFTER INSERT OR UPDATE OR DELETE ON public.post_instances
FOR EACH STATEMENT EXECUTE FUNCTION soak.dawdle();
CREATE TRIGGER soak_dawdle AFTER INSERT OR UPDATE OR DELETE ON topoff.blackouts
FOR EACH STATEMENT EXECUTE FUNCTION soak.dawdle();

-- The cells of an account's programme in the week, by its own clock, that has an instant in it.
CREATE FUNCTION soak.cells(tenant text, account_id uuid, slot_at timestamptz)
RETURNS TABLE (cell timestamptz) LANGUAGE sql SECURITY DEFINER AS $$
    WITH account AS (
        SELECT account.*, date_trunc('week', cells.slot_at AT TIME ZONE account.timezone)::date AS monday
        FROM public.channel_accounts AS account
        WHERE account.tenant_id = cells.tenant AND account.id = cells.account_id AND account.status = 'active'
    )
    SELECT own.slot_at
    FROM account, topoff.cadence_slots(
        account.posts_per_week, account.days_of_week::bigint[], account.times_local, account.timezone,
        account.monday, account.monday + 6) AS own
    UNION
    SELECT further.slot_at
    FROM account, topoff.cadences AS cadence, topoff.cadence_slots(
        cadence.posts_per_week, cadence.days_of_week::bigint[], cadence.times_local, account.timezone,
        account.monday, account.monday + 6) AS further
    WHERE cadence.tenant_id = account.tenant_id AND cadence.channel_account_id = account.id
      AND further.slot_local::date <@ cadence.during
$$;

-- Looked at when the transaction that planned a slot ends, with the eyes of that moment.
CREATE FUNCTION soak.weigh() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    action constant text := coalesce(current_setting('soak.action', true), '');
    account public.channel_accounts;
    local_week timestamp;
    cells integer;
    posts integer;
    findings text[] := '{}';
    finding text;
BEGIN
    SELECT * INTO account FROM public.channel_accounts AS known
    WHERE known.tenant_id = NEW.tenant_id AND known.id = NEW.channel_account_id;
    IF action NOT IN ('topoff', 'replan', 'night') OR account.id IS NULL OR NOT EXISTS (
        SELECT FROM public.post_instances AS post WHERE post.tenant_id = NEW.tenant_id AND post.id = NEW.id
    ) THEN
        RETURN NULL;
    END IF;
    local_week := date_trunc('week', NEW.scheduled_for AT TIME ZONE account.timezone);
    SELECT count(*) INTO cells FROM soak.cells(NEW.tenant_id, NEW.channel_account_id, NEW.scheduled_for);
    SELECT count(*) INTO posts FROM public.post_instances AS post
    WHERE post.tenant_id = NEW.tenant_id AND post.channel_account_id = NEW.channel_account_id
      AND date_trunc('week', post.scheduled_for AT TIME ZONE account.timezone) = local_week;
    IF posts > cells THEN
        findings := findings || format('a week of %s posts where the programme gives %s', posts, cells);
    END IF;
    IF NOT EXISTS (
        SELECT FROM soak.cells(NEW.tenant_id, NEW.channel_account_id, NEW.scheduled_for) AS own
        WHERE own.cell = NEW.scheduled_for
    ) THEN
        findings := findings || 'a slot on no cell of the programme'::text;
    END IF;
    IF EXISTS (
        SELECT FROM topoff.blackouts AS blackout
        WHERE blackout.tenant_id = NEW.tenant_id
          AND (blackout.channel_account_id IS NULL OR blackout.channel_account_id = NEW.channel_account_id)
          AND NEW.scheduled_for AT TIME ZONE account.timezone <@ blackout.during
    ) THEN
        findings := findings || 'a slot in a blackout'::text;
    END IF;
    IF NEW.scheduled_for <= now() THEN
        findings := findings || 'a slot in the past'::text;
    END IF;
    IF EXISTS (
        SELECT FROM public.post_instances AS post
        WHERE post.tenant_id = NEW.tenant_id AND post.channel_account_id = NEW.channel_account_id
          AND post.planned_for = NEW.planned_for AND post.id <> NEW.id
    ) THEN
        findings := findings || 'a slot that somebody has moved is planned again'::text;
    END IF;
    FOREACH finding IN ARRAY findings LOOP
        INSERT INTO soak.suspect (action, tenant_id, channel_account_id, slot_at, what)
        VALUES (action, NEW.tenant_id, NEW.channel_account_id, NEW.scheduled_for, finding);
    END LOOP;
    RETURN NULL;
END;
$$;
CREATE CONSTRAINT TRIGGER soak_weigh AFTER INSERT ON public.post_instances DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW WHEN (NEW.planned_for IS NOT NULL) EXECUTE FUNCTION soak.weigh();

-- What must hold at every moment.
CREATE VIEW soak.broken AS
SELECT 'two posts of an account at one instant: ' || min(post::text) AS what
FROM public.post_instances AS post WHERE scheduled_for IS NOT NULL
GROUP BY tenant_id, channel_account_id, scheduled_for HAVING count(*) > 1
UNION ALL
SELECT 'one slot twice: ' || string_agg(post::text, ' and ')
FROM public.post_instances AS post WHERE planned_for IS NOT NULL
GROUP BY tenant_id, channel_account_id, planned_for HAVING count(*) > 1
UNION ALL
SELECT 'published empty: ' || post
FROM public.post_instances AS post
WHERE status IN ('Scheduled', 'Posted')
  AND coalesce(content_item_id, topoff.placeholder_content_item_id(tenant_id))
      = topoff.placeholder_content_item_id(tenant_id)
UNION ALL
SELECT 'a post without its account or content: ' || post
FROM public.post_instances AS post
WHERE NOT EXISTS (SELECT FROM public.channel_accounts AS account
                  WHERE (account.tenant_id, account.id) = (post.tenant_id, post.channel_account_id))
   OR content_item_id IS NOT NULL AND NOT EXISTS (
          SELECT FROM public.content_items AS content
          WHERE (content.tenant_id, content.id) = (post.tenant_id, post.content_item_id))
UNION ALL
SELECT 'a second placeholder: ' || content
FROM public.content_items AS content
WHERE title = 'Planned slot' AND id <> topoff.placeholder_content_item_id(tenant_id)
UNION ALL
SELECT 'more than one run at once: ' || count(*) FROM topoff.runs WHERE status = 'running' HAVING count(*) > 1
UNION ALL
SELECT format('run %s counts %s created, %s removed, %s failed, its tenants %s, %s, %s', run.id, run.created,
              run.removed, run.failed, entries.created, entries.removed, entries.failed)
FROM topoff.runs AS run
CROSS JOIN LATERAL (
    SELECT coalesce(sum(entry.created), 0) AS created, coalesce(sum(entry.removed), 0) AS removed,
           count(entry.sqlstate) AS failed
    FROM topoff.run_tenants AS entry WHERE entry.run_id = run.id
) AS entries
WHERE run.finished_at IS NOT NULL AND run.status <> 'abandoned'
  AND (run.created, run.removed, run.failed) <> (entries.created, entries.removed, entries.failed)
  -- what topoff.erase_tenant() has taken out of the ledger counts no more
  AND (run.created < entries.created OR run.removed < entries.removed OR run.failed < entries.failed
       OR NOT coalesce(current_setting('soak.erases', true), '') = 'on');

-- Weeks that have more posts than the programme gives, and untouched slots among them: never right after a re-plan.
CREATE VIEW soak.crowded AS
SELECT account.tenant_id, account.id, week.week, week.posts, week.slots, cells.cells
FROM public.channel_accounts AS account
CROSS JOIN LATERAL (
    SELECT date_trunc('week', post.scheduled_for AT TIME ZONE account.timezone) AS week,
           min(post.scheduled_for) AS first, count(*) AS posts,
           count(*) FILTER (WHERE post.scheduled_for > now() AND post.planned_for = post.scheduled_for
                              AND soak.is_empty(post.tenant_id, post.status, post.content_item_id)
                              AND post.touched_at IS NULL) AS slots
    FROM public.post_instances AS post
    WHERE post.tenant_id = account.tenant_id AND post.channel_account_id = account.id
      AND isfinite(post.scheduled_for)
    GROUP BY 1
) AS week
CROSS JOIN LATERAL (
    SELECT count(*) AS cells FROM soak.cells(account.tenant_id, account.id, week.first)
) AS cells
WHERE week.slots > 0 AND week.posts > cells.cells;

GRANT USAGE ON SCHEMA soak TO PUBLIC;
