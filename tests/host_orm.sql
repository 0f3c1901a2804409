-- The application as an ORM would have made it: defaults on the Python side only, varchar, single-column
-- keys that cascade, a CHECK for its statuses, and columns, indexes and tables of its own around them.
CREATE TABLE alembic_version (
    version_num varchar(32) NOT NULL,
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO alembic_version VALUES ('0014_add_portals_directory');

CREATE TABLE users (id uuid NOT NULL PRIMARY KEY);
CREATE TABLE channel_accounts (
    id uuid NOT NULL PRIMARY KEY,
    tenant_id varchar(64) NOT NULL,
    platform varchar(32) NOT NULL,
    status varchar(20) NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE TABLE content_items (
    id uuid NOT NULL PRIMARY KEY,
    tenant_id varchar(64) NOT NULL,
    title varchar(200) NOT NULL,
    author_id uuid NOT NULL REFERENCES users (id),
    slug varchar(80) NOT NULL UNIQUE,
    kind varchar(10) NOT NULL CHECK (kind IN ('post', 'story')),
    media jsonb NOT NULL,
    tags text[] NOT NULL,
    language varchar(8) NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamp NOT NULL
);
CREATE TABLE post_instances (
    id uuid NOT NULL PRIMARY KEY,
    tenant_id varchar(64) NOT NULL,
    channel_account_id uuid NOT NULL REFERENCES channel_accounts (id) ON DELETE CASCADE,
    content_item_id uuid NOT NULL REFERENCES content_items (id) ON DELETE CASCADE,
    scheduled_for timestamptz,
    status varchar(20) NOT NULL,
    retries integer NOT NULL,
    pinned boolean NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT ck_post_instances_status CHECK (status IN ('Draft', 'Scheduled', 'Posted', 'Failed'))
);
CREATE INDEX ix_post_instances_tenant_id ON post_instances (tenant_id);
CREATE INDEX ix_post_instances_scheduled_for ON post_instances (scheduled_for) WHERE status = 'Scheduled';
CREATE TABLE post_metrics (
    post_instance_id uuid NOT NULL PRIMARY KEY REFERENCES post_instances (id) ON DELETE CASCADE,
    likes integer NOT NULL
);

INSERT INTO users VALUES ('d0000000-0000-0000-0000-000000000001');
INSERT INTO channel_accounts VALUES
    ('a0000000-0000-0000-0000-000000000001', 'h2o', 'instagram', 'active', '2023-01-01 00:00+00', '2023-01-01 00:00+00'),
    ('a0000000-0000-0000-0000-000000000002', 'h2o', 'linkedin', 'active', '2023-01-01 00:00+00', '2023-01-01 00:00+00');
INSERT INTO content_items VALUES
    ('c0000000-0000-0000-0000-000000000001', 'h2o', 'Spring sale', 'd0000000-0000-0000-0000-000000000001',
     'spring-sale', 'post', '{}', '{}', 'en', '2023-01-01 00:00+00', '2023-01-01 00:00');
INSERT INTO post_instances
SELECT ('b0000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid, 'h2o', 'a0000000-0000-0000-0000-000000000001',
       'c0000000-0000-0000-0000-000000000001', '2024-01-01 09:00+00'::timestamptz + n * interval '1 day', 'Posted',
       0, false, '2023-01-01 00:00+00', '2023-01-01 00:00+00'
FROM generate_series(1, 40) AS n;
INSERT INTO post_metrics SELECT id, 7 FROM post_instances;
