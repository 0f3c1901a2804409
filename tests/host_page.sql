-- The application as its documentation describes it: server-side defaults, a history of its own.
CREATE TABLE alembic_version (
    version_num varchar(32) NOT NULL,
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO alembic_version VALUES ('0014_add_portals_directory');

CREATE TABLE channel_accounts (
    id uuid DEFAULT gen_random_uuid() PRIMARY KEY,
    tenant_id text NOT NULL,
    status varchar DEFAULT 'active' NOT NULL
);
CREATE TABLE content_items (
    id uuid DEFAULT gen_random_uuid() PRIMARY KEY,
    tenant_id text NOT NULL,
    title text,
    body text
);
CREATE TABLE post_instances (
    id uuid DEFAULT gen_random_uuid() PRIMARY KEY,
    tenant_id text NOT NULL,
    channel_account_id uuid NOT NULL REFERENCES channel_accounts (id),
    content_item_id uuid NOT NULL REFERENCES content_items (id),
    scheduled_for timestamptz,
    status varchar DEFAULT 'Draft' NOT NULL
);

INSERT INTO channel_accounts (id, tenant_id) VALUES
    ('a0000000-0000-0000-0000-000000000001', 'h2o'),
    ('a0000000-0000-0000-0000-000000000002', 'h2o'),
    ('a0000000-0000-0000-0000-000000000003', 'all_county');
INSERT INTO content_items (id, tenant_id, title) VALUES
    ('c0000000-0000-0000-0000-000000000001', 'h2o', 'Spring sale'),
    ('c0000000-0000-0000-0000-000000000003', 'all_county', 'Boil water notice');
INSERT INTO post_instances (id, tenant_id, channel_account_id, content_item_id, scheduled_for, status)
SELECT ('b0000000-0000-0000-0000-' || lpad(account || lpad(n::text, 4, '0'), 12, '0'))::uuid,
       CASE account WHEN 3 THEN 'all_county' ELSE 'h2o' END,
       ('a0000000-0000-0000-0000-00000000000' || account)::uuid,
       ('c0000000-0000-0000-0000-00000000000' || CASE account WHEN 3 THEN 3 ELSE 1 END)::uuid,
       CASE WHEN n > 2 THEN '2024-01-01 09:00+00'::timestamptz + n * interval '1 day' END,
       (ARRAY['Draft', 'Scheduled', 'Posted', 'Failed'])[1 + n % 4]
FROM generate_series(1, 3) AS account, generate_series(1, 40) AS n;
