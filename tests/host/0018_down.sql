ALTER TABLE post_instances DROP COLUMN notes;
ALTER TABLE channel_accounts DROP COLUMN brand_diet;
UPDATE alembic_version SET version_num = '0017_add_content_categories'
WHERE version_num = '0018_add_brand_diet';
