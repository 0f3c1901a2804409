ALTER TABLE content_items DROP COLUMN content_category;
ALTER TABLE post_instances DROP COLUMN suggested_category;
UPDATE alembic_version SET version_num = '0016_add_media_assets'
WHERE version_num = '0017_add_content_categories';
