ALTER TABLE reviews DROP CONSTRAINT fk_reviews_content_item_id;
ALTER TABLE reviews DROP COLUMN content_item_id;
DROP TABLE content_mix_tracking;
UPDATE alembic_version SET version_num = '0025_add_offers_and_local_seo'
WHERE version_num = '0027_add_content_mix_tracking';
