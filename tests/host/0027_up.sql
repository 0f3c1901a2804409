-- 0026 is about other tables.
CREATE TABLE content_mix_tracking (
    id uuid NOT NULL PRIMARY KEY,
    tenant_id varchar NOT NULL,
    channel_account_id uuid NOT NULL REFERENCES channel_accounts (id) ON DELETE CASCADE,
    category varchar NOT NULL,
    month date NOT NULL,
    posts integer DEFAULT 0 NOT NULL,
    UNIQUE (channel_account_id, category, month)
);
CREATE INDEX ix_content_mix_tracking_tenant_id ON content_mix_tracking (tenant_id);
ALTER TABLE reviews ADD COLUMN content_item_id uuid;
ALTER TABLE reviews
    ADD CONSTRAINT fk_reviews_content_item_id
    FOREIGN KEY (content_item_id) REFERENCES content_items (id) ON DELETE SET NULL;
UPDATE alembic_version SET version_num = '0027_add_content_mix_tracking'
WHERE version_num = '0025_add_offers_and_local_seo';
