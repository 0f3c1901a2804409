ALTER TABLE post_instances DROP CONSTRAINT uq_post_instance_schedule;
ALTER TABLE channel_accounts DROP COLUMN schedule_times;
ALTER TABLE channel_accounts DROP COLUMN schedule_timezone;
ALTER TABLE channel_accounts DROP COLUMN posts_per_week;
UPDATE alembic_version SET version_num = '0014_add_portals_directory'
WHERE version_num = '0015_add_channel_scheduling';
