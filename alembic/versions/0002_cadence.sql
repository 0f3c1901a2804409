ALTER TABLE public.channel_accounts
    ADD COLUMN posts_per_week smallint DEFAULT 0 NOT NULL,
    ADD COLUMN days_of_week smallint[] DEFAULT '{1,2,3,4,5}' NOT NULL,
    ADD COLUMN times_local time[] DEFAULT '{09:00}' NOT NULL,
    ADD COLUMN timezone text DEFAULT 'UTC' NOT NULL;

ALTER TABLE public.channel_accounts
    ADD CONSTRAINT channel_accounts_days_of_week_check CHECK (
        array_ndims(days_of_week) = 1
        AND cardinality(days_of_week) BETWEEN 1 AND 7
        AND days_of_week <@ '{1,2,3,4,5,6,7}'::smallint[]
        AND public.array_is_set(days_of_week)
    ) NOT VALID,
    ADD CONSTRAINT channel_accounts_times_local_check CHECK (
        array_ndims(times_local) = 1
        AND cardinality(times_local) BETWEEN 1 AND 24
        AND '24:00' <> ALL (times_local)
        AND public.array_is_set(times_local)
    ) NOT VALID,
    ADD CONSTRAINT channel_accounts_posts_per_week_check CHECK (
        posts_per_week BETWEEN 0 AND cardinality(days_of_week) * cardinality(times_local)
    ) NOT VALID;

COMMENT ON COLUMN public.channel_accounts.posts_per_week IS
'Slots a week, from 0 (no cadence, the default) to days x times. Which cells of the week they are: cadence_cells().';
COMMENT ON COLUMN public.channel_accounts.days_of_week IS
'The days to post on, ISO: 1 = Monday ... 7 = Sunday. One to seven of them, each once, in any order.';
COMMENT ON COLUMN public.channel_accounts.times_local IS
'The times of day to post at, in the account''s time zone. One to 24 of them, each once, in any order; 00:00, not 24:00.';
COMMENT ON COLUMN public.channel_accounts.timezone IS
'The IANA name of the time zone that days and times are meant in, such as America/New_York, in its exact spelling.';
COMMENT ON CONSTRAINT channel_accounts_days_of_week_check ON public.channel_accounts IS
'One to seven ISO days 1 ... 7, none twice, none NULL.';
COMMENT ON CONSTRAINT channel_accounts_times_local_check ON public.channel_accounts IS
'One to 24 times of day, none twice, none NULL, none 24:00.';
COMMENT ON CONSTRAINT channel_accounts_posts_per_week_check ON public.channel_accounts IS
'Not negative, and at most the number of days times the number of times.';
