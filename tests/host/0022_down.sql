ALTER TABLE post_instances DROP COLUMN reviewer;
UPDATE alembic_version SET version_num = '0018_add_brand_diet'
WHERE version_num = '0022_add_reviewer';
