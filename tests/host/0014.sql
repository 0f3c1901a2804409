-- The application at its revision 0014, as its own migrations made it, with what people have put into it.
-- Ids are made in Python, so no id has a server default; all else that has one has it from server_default.
CREATE TABLE alembic_version (
    version_num varchar(32) NOT NULL,
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO alembic_version VALUES ('0014_add_portals_directory');

-- Tables that have nothing to do with posts.
CREATE TABLE users (
    id uuid NOT NULL PRIMARY KEY,
    tenant_id varchar NOT NULL,
    email varchar NOT NULL UNIQUE,
    role varchar DEFAULT 'member' NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL
);
CREATE TABLE reviews (
    id uuid NOT NULL PRIMARY KEY,
    tenant_id varchar NOT NULL,
    author varchar NOT NULL,
    stars integer NOT NULL,
    body text,
    created_at timestamptz DEFAULT now() NOT NULL
);
CREATE INDEX ix_reviews_tenant_id ON reviews (tenant_id);

-- 0012: what is posted, and where.
CREATE TABLE marketing_channels (
    id uuid NOT NULL PRIMARY KEY,
    key varchar NOT NULL UNIQUE,
    display_name varchar NOT NULL,
    supports_autopost boolean DEFAULT false NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL
);

CREATE TABLE channel_accounts (
    id uuid NOT NULL PRIMARY KEY,
    tenant_id varchar NOT NULL,
    channel_id uuid NOT NULL REFERENCES marketing_channels (id),
    name varchar NOT NULL,
    profile_url varchar,
    login_email varchar,
    login_vault_ref varchar,
    password_vault_ref varchar,
    status varchar DEFAULT 'active' NOT NULL,
    oauth_provider varchar,
    oauth_connected boolean DEFAULT false NOT NULL,
    oauth_token_ref varchar,
    oauth_scopes varchar[],
    oauth_expires_at timestamptz,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL
);
CREATE INDEX ix_channel_accounts_tenant_id ON channel_accounts (tenant_id);
CREATE INDEX ix_channel_accounts_status ON channel_accounts (status);

CREATE TABLE content_items (
    id uuid NOT NULL PRIMARY KEY,
    tenant_id varchar NOT NULL,
    title varchar NOT NULL,
    base_caption text,
    media_urls varchar[],
    tags varchar[],
    target_url varchar,
    owner varchar NOT NULL,
    status varchar DEFAULT 'Idea' NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL
);
CREATE INDEX ix_content_items_tenant_id ON content_items (tenant_id);
CREATE INDEX ix_content_items_owner ON content_items (owner);
CREATE INDEX ix_content_items_status ON content_items (status);
CREATE INDEX ix_content_items_created_at ON content_items (created_at);

CREATE TABLE post_instances (
    id uuid NOT NULL PRIMARY KEY,
    tenant_id varchar NOT NULL,
    content_item_id uuid NOT NULL REFERENCES content_items (id) ON DELETE CASCADE,
    channel_account_id uuid NOT NULL REFERENCES channel_accounts (id),
    caption_override text,
    scheduled_for timestamptz,
    status varchar DEFAULT 'Draft' NOT NULL,
    posted_at timestamptz,
    post_url varchar,
    posted_manually boolean DEFAULT false NOT NULL,
    screenshot_url varchar,
    autopost_enabled boolean DEFAULT false NOT NULL,
    publish_job_id uuid,
    last_error text,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL
);
-- On every column, except the two of any length: a B-tree takes no entry of more than 2704 bytes.
CREATE INDEX ix_post_instances_tenant_id ON post_instances (tenant_id);
CREATE INDEX ix_post_instances_content_item_id ON post_instances (content_item_id);
CREATE INDEX ix_post_instances_channel_account_id ON post_instances (channel_account_id);
CREATE INDEX ix_post_instances_scheduled_for ON post_instances (scheduled_for);
CREATE INDEX ix_post_instances_status ON post_instances (status);
CREATE INDEX ix_post_instances_posted_at ON post_instances (posted_at);
CREATE INDEX ix_post_instances_post_url ON post_instances (post_url);
CREATE INDEX ix_post_instances_posted_manually ON post_instances (posted_manually);
CREATE INDEX ix_post_instances_screenshot_url ON post_instances (screenshot_url);
CREATE INDEX ix_post_instances_autopost_enabled ON post_instances (autopost_enabled);
CREATE INDEX ix_post_instances_publish_job_id ON post_instances (publish_job_id);
CREATE INDEX ix_post_instances_created_at ON post_instances (created_at);
CREATE INDEX ix_post_instances_updated_at ON post_instances (updated_at);
CREATE INDEX ix_post_instances_tenant_scheduled ON post_instances (tenant_id, scheduled_for);

-- 0013: who publishes it. The two tables refer to each other.
CREATE TABLE publish_jobs (
    id uuid NOT NULL PRIMARY KEY,
    tenant_id varchar NOT NULL,
    post_instance_id uuid NOT NULL REFERENCES post_instances (id),
    provider varchar NOT NULL,
    status varchar DEFAULT 'Queued' NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    response json,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL
);
CREATE INDEX ix_publish_jobs_tenant_id ON publish_jobs (tenant_id);
CREATE INDEX ix_publish_jobs_post_instance_id ON publish_jobs (post_instance_id);
CREATE INDEX ix_publish_jobs_status ON publish_jobs (status);
ALTER TABLE post_instances
    ADD CONSTRAINT fk_post_instances_publish_job_id FOREIGN KEY (publish_job_id) REFERENCES publish_jobs (id);

-- 0014: again nothing to do with posts, but a type that knows only two of the tenants.
CREATE TYPE tenant_name AS ENUM ('h2o', 'all_county');
CREATE TABLE portals (
    id uuid NOT NULL PRIMARY KEY,
    tenant tenant_name NOT NULL,
    name varchar NOT NULL,
    url varchar NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL
);
CREATE INDEX ix_portals_tenant ON portals (tenant);
CREATE TABLE portal_credentials (
    id uuid NOT NULL PRIMARY KEY,
    portal_id uuid NOT NULL REFERENCES portals (id) ON DELETE CASCADE,
    tenant tenant_name NOT NULL,
    username varchar,
    vault_ref varchar
);

-- The rows. Tenant evergreen has accounts and ideas and no post yet.
INSERT INTO users (id, tenant_id, email, role) VALUES
    ('d0000000-0000-4000-8000-000000000001', 'h2o', 'maria@h2o.example', 'admin'),
    ('d0000000-0000-4000-8000-000000000002', 'h2o', 'sam@h2o.example', 'member'),
    ('d0000000-0000-4000-8000-000000000003', 'all_county', 'lee@allcounty.example', 'admin');
INSERT INTO reviews (id, tenant_id, author, stars, body) VALUES
    ('e0000000-0000-4000-8000-000000000001', 'h2o', 'J. Ortiz', 5, 'Came at night, fixed the heater.'),
    ('e0000000-0000-4000-8000-000000000002', 'h2o', 'P. Chen', 4, NULL),
    ('e0000000-0000-4000-8000-000000000003', 'all_county', 'R. Diaz', 5, 'On time and clean.');
INSERT INTO portals (id, tenant, name, url) VALUES
    ('f0000000-0000-4000-8000-000000000001', 'h2o', 'Permits', 'https://permits.example/h2o'),
    ('f0000000-0000-4000-8000-000000000002', 'all_county', 'Supplies', 'https://supplies.example');
INSERT INTO portal_credentials VALUES
    ('f1000000-0000-4000-8000-000000000001', 'f0000000-0000-4000-8000-000000000001', 'h2o', 'maria', 'vault:permits');

INSERT INTO marketing_channels (id, key, display_name, supports_autopost) VALUES
    ('90000000-0000-4000-8000-000000000001', 'instagram', 'Instagram', true),
    ('90000000-0000-4000-8000-000000000002', 'facebook', 'Facebook', true),
    ('90000000-0000-4000-8000-000000000003', 'google_business', 'Google Business Profile', false),
    ('90000000-0000-4000-8000-000000000004', 'linkedin', 'LinkedIn', false),
    ('90000000-0000-4000-8000-000000000005', 'nextdoor', 'Nextdoor', false);

INSERT INTO channel_accounts (id, tenant_id, channel_id, name, login_email, login_vault_ref, password_vault_ref,
                              status, oauth_provider, oauth_connected, oauth_token_ref, oauth_scopes,
                              oauth_expires_at, created_at, updated_at)
SELECT ('a0000000-0000-4000-8000-' || lpad(account.number::text, 12, '0'))::uuid, account.tenant_id, channel.id,
       account.name, account.tenant_id || '@marketing.example', 'vault:login/' || account.number,
       'vault:password/' || account.number, account.status,
       CASE WHEN channel.supports_autopost THEN 'meta' END, channel.supports_autopost,
       CASE WHEN channel.supports_autopost THEN 'vault:token/' || account.number END,
       CASE WHEN channel.supports_autopost THEN ARRAY['pages_manage_posts', 'instagram_basic'] END,
       CASE WHEN channel.supports_autopost THEN '2030-01-01 00:00+00'::timestamptz END,
       '2024-01-02 10:00+00', '2024-03-04 11:30:15.123456+00'
FROM (VALUES
    (101, 'h2o', 'instagram', 'H2O Plumbing', 'active'),
    (102, 'h2o', 'facebook', 'H2O Plumbing', 'active'),
    (103, 'h2o', 'google_business', 'H2O Plumbing San Diego', 'active'),
    (104, 'h2o', 'linkedin', 'H2O Careers', 'inactive'),
    (201, 'all_county', 'facebook', 'All County Drains', 'active'),
    (202, 'all_county', 'instagram', 'All County Drains', 'active'),
    (203, 'all_county', 'nextdoor', 'All County Neighbors', 'disconnected'),
    (301, 'evergreen', 'instagram', 'Evergreen Gardens', 'active'),
    (302, 'evergreen', 'facebook', 'Evergreen Gardens', 'active')
) AS account (number, tenant_id, channel, name, status)
JOIN marketing_channels AS channel ON channel.key = account.channel;

INSERT INTO content_items (id, tenant_id, title, base_caption, media_urls, tags, target_url, owner, status,
                           created_at, updated_at)
SELECT ('c0000000-0000-4000-8000-' || lpad((tenant.number * 100 + n)::text, 12, '0'))::uuid, tenant.tenant_id,
       tenant.topics[1 + n % 4] || ' ' || n, CASE WHEN n % 5 <> 0 THEN 'Caption no. ' || n || ' - call us!' END,
       CASE WHEN n % 3 = 0 THEN ARRAY['https://media.example/' || n || '.jpg'] END,
       CASE WHEN n % 2 = 0 THEN ARRAY['tips', tenant.tenant_id] ELSE '{}' END,
       CASE WHEN n % 4 = 0 THEN 'https://example.com/' || tenant.tenant_id END,
       tenant.owner, (ARRAY['Idea', 'Draft', 'Ready', 'Published'])[1 + n % 4],
       '2024-02-01 08:00+00'::timestamptz + n * interval '1 day',
       '2024-02-01 09:00+00'::timestamptz + n * interval '1 day'
FROM (VALUES
    (1, 'h2o', 'maria', 12, ARRAY['Water heater offer', 'Leak tips', 'Meet the crew', 'Before and after']),
    (2, 'all_county', 'lee', 8, ARRAY['Drain tips', 'Storm warning', 'Review of the week', 'New van']),
    (3, 'evergreen', 'kim', 3, ARRAY['Spring planting', 'Lawn care', 'Tree of the month', 'Pests'])
) AS tenant (number, tenant_id, owner, items, topics)
CROSS JOIN LATERAL generate_series(1, tenant.items) AS n;

-- An account's 40 posts: 20 of the past, 12 still to come, 4 drafts that nobody posted, 4 without a time.
-- Accounts that are not active any more have the past ones only. Nobody posts on the hour, so that none of
-- these meets a slot of somebody's 09:00, in whatever zone and season.
INSERT INTO post_instances (id, tenant_id, content_item_id, channel_account_id, caption_override, scheduled_for,
                            status, posted_at, post_url, posted_manually, screenshot_url, autopost_enabled,
                            last_error, created_at, updated_at)
SELECT ('b0000000-0000-4000-8000-' || lpad((account.number * 1000 + n)::text, 12, '0'))::uuid, account.tenant_id,
       ('c0000000-0000-4000-8000-' || lpad((account.number / 100 * 100 + 1 + n % account.items)::text, 12, '0'))::uuid,
       ('a0000000-0000-4000-8000-' || lpad(account.number::text, 12, '0'))::uuid,
       CASE WHEN n % 6 = 0 THEN 'A caption for this account only, no. ' || n END,
       post.scheduled_for, post.status,
       CASE WHEN post.status = 'Posted' THEN post.scheduled_for + interval '1 minute 12.345678 seconds' END,
       CASE WHEN post.status = 'Posted' THEN 'https://posts.example/' || account.number || '/' || n END,
       post.status = 'Posted' AND n % 2 = 0,
       CASE WHEN post.status = 'Posted' AND n % 2 = 0 THEN 'https://media.example/shot/' || n || '.png' END,
       n % 2 = 1 AND post.scheduled_for IS NOT NULL,
       CASE WHEN post.status = 'Failed' THEN 'The provider answered 429 Too Many Requests' END,
       coalesce(least(post.scheduled_for, now()), now()) - interval '9 days',
       coalesce(least(post.scheduled_for, now()), now()) - interval '1 day'
FROM (VALUES
    (101, 'h2o', 12, 40), (102, 'h2o', 12, 40), (103, 'h2o', 12, 40), (104, 'h2o', 12, 20),
    (201, 'all_county', 8, 40), (202, 'all_county', 8, 40), (203, 'all_county', 8, 20)
) AS account (number, tenant_id, items, posts)
CROSS JOIN LATERAL generate_series(1, account.posts) AS n
CROSS JOIN LATERAL (
    SELECT CASE WHEN n <= 20 THEN date_trunc('day', now(), 'UTC') - n * interval '2 days' + interval '16:20'
                WHEN n <= 32 THEN date_trunc('day', now(), 'UTC') + (n - 20) * interval '2 days' + interval '17:20'
                WHEN n <= 36 THEN date_trunc('day', now(), 'UTC') - (n - 30) * interval '3 days' + interval '19:30'
           END,
           CASE WHEN n <= 20 AND n % 7 = 0 THEN 'Failed'
                WHEN n <= 20 THEN 'Posted'
                WHEN n <= 32 AND n % 3 <> 0 THEN 'Scheduled'
                ELSE 'Draft'
           END
) AS post (scheduled_for, status);

INSERT INTO publish_jobs (id, tenant_id, post_instance_id, provider, status, attempts, response, created_at)
SELECT overlay(id::text PLACING '7' FROM 1 FOR 1)::uuid, tenant_id, id, 'meta',
       CASE status WHEN 'Posted' THEN 'Succeeded' ELSE 'Failed' END, CASE status WHEN 'Posted' THEN 1 ELSE 5 END,
       json_build_object('http', CASE status WHEN 'Posted' THEN 200 ELSE 429 END), scheduled_for
FROM post_instances
WHERE autopost_enabled AND status IN ('Posted', 'Failed');
UPDATE post_instances SET publish_job_id = job.id FROM publish_jobs AS job WHERE job.post_instance_id = post_instances.id;
