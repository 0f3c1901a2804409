CREATE TABLE media_assets (
    id uuid NOT NULL PRIMARY KEY,
    tenant_id varchar NOT NULL,
    content_item_id uuid REFERENCES content_items (id) ON DELETE CASCADE,
    url varchar NOT NULL,
    mime_type varchar,
    width integer,
    height integer,
    created_at timestamptz DEFAULT now() NOT NULL
);
CREATE INDEX ix_media_assets_tenant_id ON media_assets (tenant_id);
CREATE INDEX ix_media_assets_content_item_id ON media_assets (content_item_id);
UPDATE alembic_version SET version_num = '0016_add_media_assets'
WHERE version_num = '0015_add_channel_scheduling';
