ALTER TABLE post_instances DROP COLUMN call_to_action;
ALTER TABLE post_instances DROP COLUMN target_city;
ALTER TABLE post_instances DROP COLUMN campaign;
DROP TABLE local_seo_topics;
ALTER TABLE content_items DROP CONSTRAINT fk_content_items_offer_id;
ALTER TABLE content_items DROP COLUMN offer_id;
DROP TABLE offers;
UPDATE alembic_version SET version_num = '0022_add_reviewer'
WHERE version_num = '0025_add_offers_and_local_seo';
