ALTER TABLE post_instances ADD COLUMN suggested_category varchar;
ALTER TABLE content_items ADD COLUMN content_category varchar;
UPDATE alembic_version SET version_num = '0017_add_content_categories'
WHERE version_num = '0016_add_media_assets';
