-- The statuses Needs Approval and Approved came with the code, without DDL. 0019 to 0021 are about other tables.
ALTER TABLE post_instances ADD COLUMN reviewer varchar;
UPDATE alembic_version SET version_num = '0022_add_reviewer'
WHERE version_num = '0018_add_brand_diet';
