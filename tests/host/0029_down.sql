-- Fails while a post has no content: nobody has thought of what should become of it.
ALTER TABLE post_instances ALTER COLUMN content_item_id SET NOT NULL;
UPDATE alembic_version SET version_num = '0028_add_marketing_indexes'
WHERE version_num = '0029_nullable_content_item';
