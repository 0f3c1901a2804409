DROP TABLE media_assets;
UPDATE alembic_version SET version_num = '0015_add_channel_scheduling'
WHERE version_num = '0016_add_media_assets';
