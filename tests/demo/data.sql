-- Two tenants as they might be on any day: a water utility and a county, their accounts, some posts.
SET client_min_messages = warning;
SELECT date_trunc('week', now() AT TIME ZONE 'UTC')::date AS monday \gset

INSERT INTO channel_accounts (id, tenant_id, name, posts_per_week, days_of_week, times_local, timezone) VALUES
    ('a0000000-0000-4000-8000-000000000001', 'h2o', 'Instagram @h2o', 3, '{1,2,3,4,5}', '{09:00}', 'America/New_York'),
    ('a0000000-0000-4000-8000-000000000002', 'h2o', 'LinkedIn H2O Utilities', 2, '{2,4}', '{08:30}', 'America/New_York'),
    ('a0000000-0000-4000-8000-000000000003', 'h2o', 'Facebook H2O London', 5, '{1,2,3,4,5}', '{12:00,18:00}', 'Europe/London'),
    ('b0000000-0000-4000-8000-000000000001', 'all_county', 'Facebook All County', 7, '{1,2,3,4,5,6,7}', '{17:00}', 'America/Denver'),
    ('b0000000-0000-4000-8000-000000000002', 'all_county', 'X @allcounty', 4, '{1,3,5,6}', '{07:45,19:15}', 'America/Denver');
-- An account that nobody gave a cadence, and one that is disconnected: neither gets slots.
INSERT INTO channel_accounts (id, tenant_id, name, status, posts_per_week) VALUES
    ('a0000000-0000-4000-8000-000000000004', 'h2o', 'TikTok @h2o', 'active', 0),
    ('b0000000-0000-4000-8000-000000000003', 'all_county', 'Threads (old)', 'disconnected', 5);

INSERT INTO content_items (id, tenant_id, title) VALUES
    ('c0000000-0000-4000-8000-000000000001', 'h2o', 'Why we flush hydrants'),
    ('c0000000-0000-4000-8000-000000000002', 'h2o', 'Meet the night shift'),
    ('c0000000-0000-4000-8000-000000000003', 'h2o', 'Leak week: five signs'),
    ('c0000000-0000-4000-8000-000000000004', 'all_county', 'Road works on Route 9');

-- A post of every status: last week's, and this week's and next week's that people have made by hand.
INSERT INTO post_instances (tenant_id, channel_account_id, content_item_id, scheduled_for, status) VALUES
    ('h2o', 'a0000000-0000-4000-8000-000000000001', 'c0000000-0000-4000-8000-000000000001',
     (:'monday'::date - 7 + time '09:00') AT TIME ZONE 'America/New_York', 'Posted'),
    ('h2o', 'a0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-000000000001',
     (:'monday'::date - 6 + time '08:30') AT TIME ZONE 'America/New_York', 'Failed'),
    ('h2o', 'a0000000-0000-4000-8000-000000000001', 'c0000000-0000-4000-8000-000000000002',
     (:'monday'::date + 8 + time '16:30') AT TIME ZONE 'America/New_York', 'Scheduled'),
    ('h2o', 'a0000000-0000-4000-8000-000000000003', 'c0000000-0000-4000-8000-000000000003',
     (:'monday'::date + 9 + time '12:00') AT TIME ZONE 'Europe/London', 'Draft'),
    ('all_county', 'b0000000-0000-4000-8000-000000000001', 'c0000000-0000-4000-8000-000000000004',
     (:'monday'::date + 7 + time '17:00') AT TIME ZONE 'America/Denver', 'Scheduled');

-- A holiday of the whole tenant, on the Thursday after next.
INSERT INTO topoff.blackouts (tenant_id, during, reason)
SELECT 'h2o', tsrange(day, day + interval '1 day'), 'Founders'' Day'
FROM (SELECT (:'monday'::date + 10)::timestamp AS day) AS holiday;
