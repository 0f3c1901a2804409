DROP INDEX IF EXISTS ix_reviews_content_item_id;
DROP INDEX IF EXISTS ix_channel_accounts_tenant_status;
DROP INDEX IF EXISTS ix_content_items_category;
DROP INDEX IF EXISTS ix_content_items_tenant_status;
DROP INDEX IF EXISTS ix_post_instances_account_scheduled;
DROP INDEX IF EXISTS ix_post_instances_tenant_status;
UPDATE alembic_version SET version_num = '0027_add_content_mix_tracking'
WHERE version_num = '0028_add_marketing_indexes';
