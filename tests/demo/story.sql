-- The story of one week, told in psql.
\set QUIET on
\pset footer off
\pset linestyle unicode
\pset border 2
SET client_min_messages = warning;
SET timezone = 'UTC';
SELECT date_trunc('week', now())::date + 7 AS next_monday \gset
\set instagram '\'a0000000-0000-4000-8000-000000000001\''
\set post '\'c0000000-0000-4000-8000-000000000003\''

\echo
\echo '== 1. Who posts how often (a plain UPDATE on channel_accounts sets it)'
SELECT account.tenant_id AS tenant, account.name AS account, coverage.cadence
FROM cadence_coverage AS coverage JOIN channel_accounts AS account ON account.id = coverage.channel_account_id
ORDER BY 1, account.id;

\echo
\echo '== 2. What a top-off of h2o would do: SELECT ... FROM preview_planned_slots(''h2o'')'
SELECT account.name AS account, decision, count(*) AS slots, min(slot_local) AS first, max(slot_local) AS last
FROM preview_planned_slots('h2o') AS preview JOIN channel_accounts AS account ON account.id = preview.channel_account_id
GROUP BY account.id, account.name, decision ORDER BY account.id, decision;
\echo 'The slots it would not create: a post is there, a holiday, or the week has posts enough.'
SELECT account.name AS account, to_char(slot_local, 'Dy DD Mon HH24:MI') AS local_time, decision
FROM preview_planned_slots('h2o') AS preview JOIN channel_accounts AS account ON account.id = preview.channel_account_id
WHERE decision <> 'create' ORDER BY slot_at;

\echo
\echo '== 3. Top off: SELECT topoff_planned_slots(''h2o''), and once more'
SELECT topoff_planned_slots('h2o') AS created;
SELECT topoff_planned_slots('h2o') AS created_by_a_second_call;

\echo
\echo '== 4. The calendar: SELECT * FROM calendar_grid(''h2o'', current_date, ''America/New_York'')'
\echo '   o empty slot   P Planned with content   D Draft   S Scheduled   * Posted   ! Failed'
SELECT * FROM calendar_grid('h2o', current_date, 'America/New_York');
SELECT (current_date + interval '1 month')::date AS next_month, count(*) > 0 AS goes_on FROM post_instances
WHERE tenant_id = 'h2o'
  AND scheduled_for >= (date_trunc('month', current_date) + interval '1 month') AT TIME ZONE 'America/New_York' \gset
\if :goes_on
SELECT * FROM calendar_grid('h2o', :'next_month', 'America/New_York');
\endif

\echo
\echo '== 5. On Instagram a post is added to the queue, a slot is moved, another one is skipped'
SELECT to_char(scheduled_for AT TIME ZONE 'America/New_York', 'Dy DD Mon HH24:MI') AS filled, status
FROM fill_next_planned_slot('h2o', :instagram, :post);
SELECT id AS slot, planned_for AS moved_from FROM post_instances
WHERE channel_account_id = :instagram AND status = 'Planned' ORDER BY scheduled_for LIMIT 1 \gset
UPDATE post_instances SET scheduled_for = scheduled_for + interval '26 hours' WHERE id = :'slot'
RETURNING to_char(planned_for AT TIME ZONE 'America/New_York', 'Dy DD Mon HH24:MI') AS moved_from,
          to_char(scheduled_for AT TIME ZONE 'America/New_York', 'Dy DD Mon HH24:MI') AS to;
SELECT id AS slot, planned_for AS skipped_at,
       to_char(scheduled_for AT TIME ZONE 'America/New_York', 'Dy DD Mon HH24:MI') AS skipped
FROM post_instances WHERE channel_account_id = :instagram AND status = 'Planned'
  AND planned_for = scheduled_for ORDER BY scheduled_for LIMIT 1 \gset
SELECT skip_planned_slot('h2o', :'slot') \g /dev/null
\echo 'Skipped' :skipped
SELECT topoff_planned_slots('h2o') \g /dev/null
SELECT count(*) AS of_these_come_back_with_a_top_off FROM post_instances
WHERE channel_account_id = :instagram AND scheduled_for IN (:'moved_from', :'skipped_at');

\echo
\echo '== 6. A new cadence: Instagram four times a week, also at the weekend'
UPDATE channel_accounts SET posts_per_week = 4, days_of_week = '{1,3,5,6,7}' WHERE id = :instagram;
SELECT decision, count(*) AS slots FROM preview_planned_slots('h2o', replan => true)
WHERE channel_account_id = :instagram GROUP BY decision ORDER BY decision;
SELECT * FROM replan_planned_slots('h2o');
SELECT * FROM calendar_grid('h2o', current_date + 14, 'America/New_York');

\echo
\echo '== 7. The night: CALL topoff_all_tenants()'
CALL topoff_all_tenants();
SELECT id AS run, status, tenants, created, failed, finished_at - started_at AS took FROM topoff.runs;
SELECT account.name AS account, coverage.slots_ahead, coverage.empty_slots, coverage.filled_slots,
       to_char(coverage.filled_until, 'Dy DD Mon') AS filled_until
FROM cadence_coverage AS coverage JOIN channel_accounts AS account ON account.id = coverage.channel_account_id
WHERE coverage.slots_ahead > 0 ORDER BY account.id;

\echo
\echo '== 8. Every night: pg_cron'
SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_cron') AS has_pg_cron,
       current_database() AS application \gset
\if :has_pg_cron
    \echo 'pg_cron works in another database, so the job is scheduled from there, as the migration said above.'
    \connect postgres
    \set QUIET on
    SET client_min_messages = warning;
    CREATE EXTENSION IF NOT EXISTS pg_cron;
    SELECT cron.schedule_in_database('topoff-planned-slots:' || :'application', '0 3 * * *',
                                     $$CALL public.topoff_all_tenants('28 days'::pg_catalog.interval, false)$$,
                                     :'application') AS job;
    SELECT jobid, jobname, schedule, command, database, active FROM cron.job;
    SELECT cron.unschedule(jobid) FROM cron.job WHERE database = :'application' \g /dev/null
\else
    \echo 'This server has no pg_cron; any other scheduler can CALL topoff_all_tenants() as well.'
\endif
\echo
\echo 'That was all. The database is dropped again.'
