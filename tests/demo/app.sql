-- What the example application shows beyond data.sql: further cadences with categories, and posts with their text.
INSERT INTO topoff.cadences (tenant_id, channel_account_id, posts_per_week, days_of_week, times_local, category) VALUES
    ('h2o', 'a0000000-0000-4000-8000-000000000001', 1, '{5}', '{15:00}', 'offer'),
    ('h2o', 'a0000000-0000-4000-8000-000000000002', 1, '{3}', '{10:00}', 'team_post'),
    ('h2o', 'a0000000-0000-4000-8000-000000000003', 2, '{6,7}', '{11:00}', 'weekend');

UPDATE content_items SET body = 'Rusty water on flushing day? Run the cold tap for five minutes. Here is why we do it.'
WHERE id = 'c0000000-0000-4000-8000-000000000001';
UPDATE content_items SET body = 'Ana and Joe keep the pumps running while you sleep. We spent a night with them.'
WHERE id = 'c0000000-0000-4000-8000-000000000002';
UPDATE content_items SET body = 'A meter that turns at 3 in the morning, a warm patch on the floor, and three more.'
WHERE id = 'c0000000-0000-4000-8000-000000000003';
