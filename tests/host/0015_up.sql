-- The application schedules by itself: 3 posts a week wherever nobody has said otherwise.
DO $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name = 'channel_accounts' AND column_name = 'posts_per_week'
    ) THEN
        ALTER TABLE channel_accounts ADD COLUMN posts_per_week integer;
    END IF;
    IF NOT EXISTS (
        SELECT FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name = 'channel_accounts' AND column_name = 'schedule_timezone'
    ) THEN
        ALTER TABLE channel_accounts ADD COLUMN schedule_timezone varchar;
    END IF;
    IF NOT EXISTS (
        SELECT FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name = 'channel_accounts' AND column_name = 'schedule_times'
    ) THEN
        ALTER TABLE channel_accounts ADD COLUMN schedule_times varchar[];
    END IF;
END $$;
UPDATE channel_accounts SET posts_per_week = 3 WHERE posts_per_week IS NULL;
UPDATE channel_accounts SET schedule_timezone = 'America/Los_Angeles' WHERE schedule_timezone IS NULL;
-- Of the rows that share an account and a time the oldest stays.
DELETE FROM post_instances
WHERE id IN (
    SELECT id
    FROM (
        SELECT id, row_number() OVER (
                   PARTITION BY tenant_id, channel_account_id, scheduled_for ORDER BY created_at, id
               ) AS nth
        FROM post_instances
        WHERE scheduled_for IS NOT NULL
    ) AS numbered
    WHERE nth > 1
);
ALTER TABLE post_instances
    ADD CONSTRAINT uq_post_instance_schedule UNIQUE (tenant_id, channel_account_id, scheduled_for);
UPDATE alembic_version SET version_num = '0015_add_channel_scheduling'
WHERE version_num = '0014_add_portals_directory';
