-- 0023 and 0024 are about other tables.
CREATE TABLE offers (
    id uuid NOT NULL PRIMARY KEY,
    tenant_id varchar NOT NULL,
    title varchar NOT NULL,
    valid_until date,
    created_at timestamptz DEFAULT now() NOT NULL
);
CREATE INDEX ix_offers_tenant_id ON offers (tenant_id);
ALTER TABLE content_items ADD COLUMN offer_id uuid;
ALTER TABLE content_items
    ADD CONSTRAINT fk_content_items_offer_id FOREIGN KEY (offer_id) REFERENCES offers (id) ON DELETE SET NULL;
CREATE INDEX ix_content_items_offer_id ON content_items (offer_id);
CREATE TABLE local_seo_topics (
    id uuid NOT NULL PRIMARY KEY,
    tenant_id varchar NOT NULL,
    topic varchar NOT NULL,
    city varchar,
    last_post_instance_id uuid REFERENCES post_instances (id) ON DELETE SET NULL,
    created_at timestamptz DEFAULT now() NOT NULL
);
CREATE INDEX ix_local_seo_topics_tenant_id ON local_seo_topics (tenant_id);
ALTER TABLE post_instances ADD COLUMN campaign varchar;
ALTER TABLE post_instances ADD COLUMN target_city varchar;
ALTER TABLE post_instances ADD COLUMN call_to_action varchar;
UPDATE alembic_version SET version_num = '0025_add_offers_and_local_seo'
WHERE version_num = '0022_add_reviewer';
