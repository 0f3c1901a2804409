-- An empty slot has no content from here on.
ALTER TABLE post_instances ALTER COLUMN content_item_id DROP NOT NULL;
UPDATE alembic_version SET version_num = '0029_nullable_content_item'
WHERE version_num = '0028_add_marketing_indexes';
