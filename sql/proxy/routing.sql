-- The public functions as the proxy has them: each asks the one database that has the tenant.
--
-- They come in pairs. The one in public has the name, the parameters, the defaults and the result that it has on
-- one server. What it knows of its caller and the other database can't, it hands to the one in topoff_proxy:
-- app.tenant_id, and whether as_of is the present, which is the other database's to tell, where that transaction
-- begins later. The one in topoff_proxy is PL/Proxy: where to ask, and what. Its answer is that one statement's,
-- committed there before it is here.
--
-- The tenant is held (held_to) for that statement only, in the argument that names the tenant and so before
-- the function begins: sessions with the databases are kept and shared by all who call in one session here.
-- What travels is text, so it has to be written in a way that reads the same whatever DateStyle, IntervalStyle and
-- TimeZone there are on either side: arguments by the settings of these functions, rows as JSON, which also leaves
-- out a column that the application has added since this was installed.

-- topoff_planned_slots

CREATE OR REPLACE FUNCTION topoff_proxy.topoff_planned_slots(
    held_to text, i_tenant text, i_horizon interval, i_as_of timestamptz, i_as_of_is_now boolean
)
RETURNS integer
LANGUAGE plproxy
SET datestyle = 'ISO'
SET intervalstyle = 'postgres'
AS $$
    CLUSTER 'topoff';
    RUN ON topoff_proxy.tenant_hash(i_tenant);
    SELECT public.topoff_planned_slots(
        CASE WHEN pg_catalog.set_config('app.tenant_id', held_to, true) IS NOT NULL THEN i_tenant END,
        i_horizon, CASE WHEN i_as_of_is_now THEN pg_catalog.now() ELSE i_as_of END);
$$;

COMMENT ON FUNCTION topoff_proxy.topoff_planned_slots(text, text, interval, timestamptz, boolean) IS
'For public.topoff_planned_slots(): asks the database that has the tenant.';

REVOKE ALL ON FUNCTION topoff_proxy.topoff_planned_slots(text, text, interval, timestamptz, boolean) FROM PUBLIC;

CREATE OR REPLACE FUNCTION public.topoff_planned_slots(
    tenant text,
    horizon interval DEFAULT '28 days',
    as_of timestamptz DEFAULT pg_catalog.now()
)
RETURNS integer
LANGUAGE sql
RETURN topoff_proxy.topoff_planned_slots(
    pg_catalog.current_setting('app.tenant_id', true), tenant, horizon, as_of,
    as_of OPERATOR(pg_catalog.=) pg_catalog.now());

COMMENT ON FUNCTION public.topoff_planned_slots(text, interval, timestamptz) IS
'Creates the tenant''s missing Planned slots in the database that has the tenant, and returns how many: there \df+ says the rest. It is committed there, whatever becomes of the transaction here.';

REVOKE ALL ON FUNCTION public.topoff_planned_slots(text, interval, timestamptz) FROM PUBLIC;

-- preview_planned_slots

CREATE OR REPLACE FUNCTION topoff_proxy.preview_planned_slots(
    held_to text, i_tenant text, i_horizon interval, i_as_of timestamptz, i_as_of_is_now boolean, i_replan boolean
)
RETURNS SETOF jsonb
LANGUAGE plproxy
SET datestyle = 'ISO'
SET intervalstyle = 'postgres'
AS $$
    CLUSTER 'topoff';
    RUN ON topoff_proxy.tenant_hash(i_tenant);
    SELECT pg_catalog.to_jsonb(line) FROM public.preview_planned_slots(
        CASE WHEN pg_catalog.set_config('app.tenant_id', held_to, true) IS NOT NULL THEN i_tenant END,
        i_horizon, CASE WHEN i_as_of_is_now THEN pg_catalog.now() ELSE i_as_of END, i_replan) AS line;
$$;

COMMENT ON FUNCTION topoff_proxy.preview_planned_slots(text, text, interval, timestamptz, boolean, boolean) IS
'For public.preview_planned_slots(): asks the database that has the tenant.';

REVOKE ALL ON FUNCTION topoff_proxy.preview_planned_slots(text, text, interval, timestamptz, boolean, boolean)
FROM PUBLIC;

CREATE OR REPLACE FUNCTION public.preview_planned_slots(
    tenant text,
    horizon interval DEFAULT '28 days',
    as_of timestamptz DEFAULT pg_catalog.now(),
    replan boolean DEFAULT false
)
RETURNS TABLE (
    channel_account_id uuid,
    slot_at timestamptz,
    slot_local timestamp,
    category text,
    decision text
)
LANGUAGE sql
STABLE
BEGIN ATOMIC
    SELECT answer.channel_account_id, answer.slot_at, answer.slot_local, answer.category, answer.decision
    FROM topoff_proxy.preview_planned_slots(
        pg_catalog.current_setting('app.tenant_id', true), tenant, horizon, as_of,
        as_of OPERATOR(pg_catalog.=) pg_catalog.now(), replan
    ) AS line
    CROSS JOIN LATERAL pg_catalog.jsonb_to_record(line) AS answer (
        channel_account_id uuid, slot_at timestamptz, slot_local timestamp, category text, decision text
    );
END;

COMMENT ON FUNCTION public.preview_planned_slots(text, interval, timestamptz, boolean) IS
'What topoff_planned_slots, or with replan replan_planned_slots, would do in the database that has the tenant: there \df+ says the rest.';

REVOKE ALL ON FUNCTION public.preview_planned_slots(text, interval, timestamptz, boolean) FROM PUBLIC;

-- replan_planned_slots

CREATE OR REPLACE FUNCTION topoff_proxy.replan_planned_slots(
    held_to text, i_tenant text, i_horizon interval, i_as_of timestamptz, i_as_of_is_now boolean
)
RETURNS TABLE (removed integer, created integer)
LANGUAGE plproxy
SET datestyle = 'ISO'
SET intervalstyle = 'postgres'
AS $$
    CLUSTER 'topoff';
    RUN ON topoff_proxy.tenant_hash(i_tenant);
    SELECT * FROM public.replan_planned_slots(
        CASE WHEN pg_catalog.set_config('app.tenant_id', held_to, true) IS NOT NULL THEN i_tenant END,
        i_horizon, CASE WHEN i_as_of_is_now THEN pg_catalog.now() ELSE i_as_of END);
$$;

COMMENT ON FUNCTION topoff_proxy.replan_planned_slots(text, text, interval, timestamptz, boolean) IS
'For public.replan_planned_slots(): asks the database that has the tenant.';

REVOKE ALL ON FUNCTION topoff_proxy.replan_planned_slots(text, text, interval, timestamptz, boolean) FROM PUBLIC;

CREATE OR REPLACE FUNCTION public.replan_planned_slots(
    tenant text,
    horizon interval DEFAULT '28 days',
    as_of timestamptz DEFAULT pg_catalog.now()
)
RETURNS TABLE (removed integer, created integer)
LANGUAGE sql
BEGIN ATOMIC
    SELECT answer.removed, answer.created
    FROM topoff_proxy.replan_planned_slots(
        pg_catalog.current_setting('app.tenant_id', true), tenant, horizon, as_of,
        as_of OPERATOR(pg_catalog.=) pg_catalog.now()
    ) AS answer;
END;

COMMENT ON FUNCTION public.replan_planned_slots(text, interval, timestamptz) IS
'Brings the tenant''s future slots in line with its cadences, in the database that has the tenant: there \df+ says the rest. It is committed there, whatever becomes of the transaction here.';

REVOKE ALL ON FUNCTION public.replan_planned_slots(text, interval, timestamptz) FROM PUBLIC;

-- skip_planned_slot

CREATE OR REPLACE FUNCTION topoff_proxy.skip_planned_slot(held_to text, i_tenant text, i_post_instance_id uuid)
RETURNS void
LANGUAGE plproxy
AS $$
    CLUSTER 'topoff';
    RUN ON topoff_proxy.tenant_hash(i_tenant);
    SELECT public.skip_planned_slot(
        CASE WHEN pg_catalog.set_config('app.tenant_id', held_to, true) IS NOT NULL THEN i_tenant END,
        i_post_instance_id);
$$;

COMMENT ON FUNCTION topoff_proxy.skip_planned_slot(text, text, uuid) IS
'For public.skip_planned_slot(): asks the database that has the tenant.';

REVOKE ALL ON FUNCTION topoff_proxy.skip_planned_slot(text, text, uuid) FROM PUBLIC;

CREATE OR REPLACE FUNCTION public.skip_planned_slot(tenant text, post_instance_id uuid)
RETURNS void
LANGUAGE sql
RETURN topoff_proxy.skip_planned_slot(
    pg_catalog.current_setting('app.tenant_id', true), tenant, post_instance_id);

COMMENT ON FUNCTION public.skip_planned_slot(text, uuid) IS
'Takes one empty slot away for good, in the database that has the tenant: there \df+ says the rest. It is committed there, whatever becomes of the transaction here.';

REVOKE ALL ON FUNCTION public.skip_planned_slot(text, uuid) FROM PUBLIC;

-- fill_next_planned_slot

CREATE OR REPLACE FUNCTION topoff_proxy.fill_next_planned_slot(
    held_to text, i_tenant text, i_channel_account_id uuid, i_content_item_id uuid, i_category text
)
RETURNS jsonb
LANGUAGE plproxy
AS $$
    CLUSTER 'topoff';
    RUN ON topoff_proxy.tenant_hash(i_tenant);
    SELECT pg_catalog.to_jsonb(post) FROM public.fill_next_planned_slot(
        CASE WHEN pg_catalog.set_config('app.tenant_id', held_to, true) IS NOT NULL THEN i_tenant END,
        i_channel_account_id, i_content_item_id, i_category) AS post;
$$;

COMMENT ON FUNCTION topoff_proxy.fill_next_planned_slot(text, text, uuid, uuid, text) IS
'For public.fill_next_planned_slot(): asks the database that has the tenant.';

REVOKE ALL ON FUNCTION topoff_proxy.fill_next_planned_slot(text, text, uuid, uuid, text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION public.fill_next_planned_slot(
    tenant text,
    channel_account_id uuid,
    content_item_id uuid,
    category text DEFAULT NULL
)
RETURNS public.post_instances
LANGUAGE sql
BEGIN ATOMIC
    SELECT post.*
    FROM pg_catalog.jsonb_populate_record(
        NULL::public.post_instances,
        topoff_proxy.fill_next_planned_slot(
            pg_catalog.current_setting('app.tenant_id', true), tenant, channel_account_id, content_item_id, category)
    ) AS post;
END;

COMMENT ON FUNCTION public.fill_next_planned_slot(text, uuid, uuid, text) IS
'Gives the content item to the account''s earliest empty slot, in the database that has the tenant, and returns the row: there \df+ says the rest. It is committed there, whatever becomes of the transaction here.';

REVOKE ALL ON FUNCTION public.fill_next_planned_slot(text, uuid, uuid, text) FROM PUBLIC;

-- create_post_instances

CREATE OR REPLACE FUNCTION topoff_proxy.create_post_instances(
    held_to text, i_tenant text, i_content_item_id uuid, i_channel_account_ids uuid[], i_scheduled_for timestamptz
)
RETURNS SETOF jsonb
LANGUAGE plproxy
SET datestyle = 'ISO'
AS $$
    CLUSTER 'topoff';
    RUN ON topoff_proxy.tenant_hash(i_tenant);
    SELECT pg_catalog.to_jsonb(post) FROM public.create_post_instances(
        CASE WHEN pg_catalog.set_config('app.tenant_id', held_to, true) IS NOT NULL THEN i_tenant END,
        i_content_item_id, i_channel_account_ids, i_scheduled_for) AS post;
$$;

COMMENT ON FUNCTION topoff_proxy.create_post_instances(text, text, uuid, uuid[], timestamptz) IS
'For public.create_post_instances(): asks the database that has the tenant.';

REVOKE ALL ON FUNCTION topoff_proxy.create_post_instances(text, text, uuid, uuid[], timestamptz) FROM PUBLIC;

CREATE OR REPLACE FUNCTION public.create_post_instances(
    tenant text,
    content_item_id uuid,
    channel_account_ids uuid[],
    scheduled_for timestamptz
)
RETURNS SETOF public.post_instances
LANGUAGE sql
BEGIN ATOMIC
    SELECT post.*
    FROM topoff_proxy.create_post_instances(
        pg_catalog.current_setting('app.tenant_id', true), tenant, content_item_id, channel_account_ids,
        scheduled_for
    ) AS line
    CROSS JOIN LATERAL pg_catalog.jsonb_populate_record(NULL::public.post_instances, line) AS post;
END;

COMMENT ON FUNCTION public.create_post_instances(text, uuid, uuid[], timestamptz) IS
'Puts the content item on all of the accounts at one time, or on none, in the database that has the tenant, and returns the rows: there \df+ says the rest. It is committed there, whatever becomes of the transaction here.';

REVOKE ALL ON FUNCTION public.create_post_instances(text, uuid, uuid[], timestamptz) FROM PUBLIC;

-- retire_channel_account

CREATE OR REPLACE FUNCTION topoff_proxy.retire_channel_account(
    held_to text, i_tenant text, i_channel_account_id uuid
)
RETURNS integer
LANGUAGE plproxy
AS $$
    CLUSTER 'topoff';
    RUN ON topoff_proxy.tenant_hash(i_tenant);
    SELECT public.retire_channel_account(
        CASE WHEN pg_catalog.set_config('app.tenant_id', held_to, true) IS NOT NULL THEN i_tenant END,
        i_channel_account_id);
$$;

COMMENT ON FUNCTION topoff_proxy.retire_channel_account(text, text, uuid) IS
'For public.retire_channel_account(): asks the database that has the tenant.';

REVOKE ALL ON FUNCTION topoff_proxy.retire_channel_account(text, text, uuid) FROM PUBLIC;

CREATE OR REPLACE FUNCTION public.retire_channel_account(tenant text, channel_account_id uuid)
RETURNS integer
LANGUAGE sql
RETURN topoff_proxy.retire_channel_account(
    pg_catalog.current_setting('app.tenant_id', true), tenant, channel_account_id);

COMMENT ON FUNCTION public.retire_channel_account(text, uuid) IS
'Ends planning for the account, in the database that has the tenant, and returns how many slots went: there \df+ says the rest. It is committed there, whatever becomes of the transaction here.';

REVOKE ALL ON FUNCTION public.retire_channel_account(text, uuid) FROM PUBLIC;

-- marketing_calendar

CREATE OR REPLACE FUNCTION topoff_proxy.marketing_calendar(
    held_to text, i_tenant text, i_start_date date, i_end_date date, i_timezone text
)
RETURNS jsonb
LANGUAGE plproxy
SET datestyle = 'ISO'
AS $$
    CLUSTER 'topoff';
    RUN ON topoff_proxy.tenant_hash(i_tenant);
    SELECT public.marketing_calendar(
        CASE WHEN pg_catalog.set_config('app.tenant_id', held_to, true) IS NOT NULL THEN i_tenant END,
        i_start_date, i_end_date, i_timezone);
$$;

COMMENT ON FUNCTION topoff_proxy.marketing_calendar(text, text, date, date, text) IS
'For public.marketing_calendar(): asks the database that has the tenant.';

REVOKE ALL ON FUNCTION topoff_proxy.marketing_calendar(text, text, date, date, text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION public.marketing_calendar(
    tenant text,
    start_date date DEFAULT NULL,
    end_date date DEFAULT NULL,
    timezone text DEFAULT 'UTC'
)
RETURNS jsonb
LANGUAGE sql
STABLE
RETURN topoff_proxy.marketing_calendar(
    pg_catalog.current_setting('app.tenant_id', true), tenant, start_date, end_date, timezone);

COMMENT ON FUNCTION public.marketing_calendar(text, date, date, text) IS
'The tenant''s calendar as JSON, from the database that has the tenant: there \df+ says the rest.';

REVOKE ALL ON FUNCTION public.marketing_calendar(text, date, date, text) FROM PUBLIC;

-- calendar_grid

CREATE OR REPLACE FUNCTION topoff_proxy.calendar_grid(held_to text, i_tenant text, i_month date, i_timezone text)
RETURNS TABLE (week text, mon text, tue text, wed text, thu text, fri text, sat text, sun text)
LANGUAGE plproxy
SET datestyle = 'ISO'
AS $$
    CLUSTER 'topoff';
    RUN ON topoff_proxy.tenant_hash(i_tenant);
    SELECT * FROM public.calendar_grid(
        CASE WHEN pg_catalog.set_config('app.tenant_id', held_to, true) IS NOT NULL THEN i_tenant END,
        i_month, i_timezone);
$$;

COMMENT ON FUNCTION topoff_proxy.calendar_grid(text, text, date, text) IS
'For public.calendar_grid(): asks the database that has the tenant.';

REVOKE ALL ON FUNCTION topoff_proxy.calendar_grid(text, text, date, text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION public.calendar_grid(tenant text, month date, timezone text DEFAULT 'UTC')
RETURNS TABLE (week text, mon text, tue text, wed text, thu text, fri text, sat text, sun text)
LANGUAGE sql
STABLE
BEGIN ATOMIC
    SELECT answer.week, answer.mon, answer.tue, answer.wed, answer.thu, answer.fri, answer.sat, answer.sun
    FROM topoff_proxy.calendar_grid(
        pg_catalog.current_setting('app.tenant_id', true), tenant, month, timezone
    ) AS answer;
END;

COMMENT ON FUNCTION public.calendar_grid(text, date, text) IS
'A month of the tenant''s calendar for people in psql, from the database that has the tenant: there \df+ says the rest.
o empty slot   P Planned with content   D Draft   S Scheduled   * Posted   ! Failed   ? any other status';

REVOKE ALL ON FUNCTION public.calendar_grid(text, date, text) FROM PUBLIC;

-- topoff_all_tenants

CREATE OR REPLACE PROCEDURE public.topoff_all_tenants(
    horizon interval DEFAULT '28 days',
    replan boolean DEFAULT false
)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RAISE EXCEPTION 'the nightly run is not routed'
        USING ERRCODE = 'feature_not_supported',
              DETAIL = 'This is the proxy. Each database of tenants has a nightly run of its own.',
              HINT = 'In each of them: CALL topoff_all_tenants(). What all of them did: SELECT * FROM topoff_proxy.runs.';
END;
$$;

COMMENT ON PROCEDURE public.topoff_all_tenants(interval, boolean) IS
'Not routed: always fails with 0A000. Each database of tenants has a nightly run of its own.';

REVOKE ALL ON PROCEDURE public.topoff_all_tenants(interval, boolean) FROM PUBLIC;
