ALTER TABLE channel_accounts ADD COLUMN brand_diet json;
ALTER TABLE post_instances ADD COLUMN notes text;
UPDATE alembic_version SET version_num = '0018_add_brand_diet'
WHERE version_num = '0017_add_content_categories';
