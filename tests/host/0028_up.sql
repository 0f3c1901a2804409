-- The first two are there since 0012, which is why all of them ask.
CREATE INDEX IF NOT EXISTS ix_post_instances_status ON post_instances (status);
CREATE INDEX IF NOT EXISTS ix_post_instances_tenant_scheduled ON post_instances (tenant_id, scheduled_for);
CREATE INDEX IF NOT EXISTS ix_post_instances_tenant_status ON post_instances (tenant_id, status);
CREATE INDEX IF NOT EXISTS ix_post_instances_account_scheduled ON post_instances (channel_account_id, scheduled_for);
CREATE INDEX IF NOT EXISTS ix_content_items_tenant_status ON content_items (tenant_id, status);
CREATE INDEX IF NOT EXISTS ix_content_items_category ON content_items (content_category);
CREATE INDEX IF NOT EXISTS ix_channel_accounts_tenant_status ON channel_accounts (tenant_id, status);
CREATE INDEX IF NOT EXISTS ix_reviews_content_item_id ON reviews (content_item_id);
UPDATE alembic_version SET version_num = '0028_add_marketing_indexes'
WHERE version_num = '0027_add_content_mix_tracking';
