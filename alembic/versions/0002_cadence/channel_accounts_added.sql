-- What planning adds to the application's channel_accounts: the cadence of each account.
--
-- A column that the application has already is used as it is and stays its own. The CHECKs come with our
-- columns only, and the one that relates the columns only where all of them are ours: the application's own
-- pages write its columns by its own rules. Constant defaults, so no row is rewritten; CHECKs that are NOT
-- VALID yet, so no row is read. The last sentence of a comment tells the downgrade that it is ours.
DO $columns$
DECLARE
    cadence CONSTANT regclass := 'public.channel_accounts';
    mark CONSTANT text := ' Added by planned-slot top-off.';
    own record;
    all_are_ours boolean := true;
BEGIN
    FOR own IN
        SELECT added.*, EXISTS (
            SELECT FROM pg_catalog.pg_attribute
            WHERE attrelid = cadence AND attname = added.name AND NOT attisdropped
        ) AS is_there
        FROM (VALUES
            ('posts_per_week', 'smallint DEFAULT 0 NOT NULL',
             'Slots a week, from 0 (no cadence, the default) to days x times. Which cells of the week they are: topoff.cadence_cells().',
             NULL, NULL),
            ('days_of_week', 'smallint[] DEFAULT ''{1,2,3,4,5}'' NOT NULL',
             'The days to post on, ISO: 1 = Monday ... 7 = Sunday. One to seven of them, each once, in any order.',
             $$array_ndims(days_of_week) = 1
               AND cardinality(days_of_week) BETWEEN 1 AND 7
               AND days_of_week <@ '{1,2,3,4,5,6,7}'::smallint[]
               AND topoff.array_is_set(days_of_week)$$,
             'One to seven ISO days 1 ... 7, none twice, none NULL.'),
            ('times_local', 'time[] DEFAULT ''{09:00}'' NOT NULL',
             'The times of day to post at, in the account''s time zone. One to 24 of them, each once, in any order; in whole seconds; 00:00, not 24:00.',
             $$array_ndims(times_local) = 1
               AND cardinality(times_local) BETWEEN 1 AND 24
               AND '24:00' <> ALL (times_local)
               AND times_local = times_local::time(0)[]
               AND topoff.array_is_set(times_local)$$,
             'One to 24 times of day, none twice, none NULL, none 24:00, none with parts of a second.'),
            ('timezone', 'text DEFAULT ''UTC'' NOT NULL',
             'The IANA name of the time zone that days and times are meant in, such as America/New_York, in its exact spelling.',
             NULL, NULL)
        ) AS added (name, definition, meaning, rule, rule_meaning)
    LOOP
        all_are_ours := all_are_ours AND NOT own.is_there;
        CONTINUE WHEN own.is_there;
        EXECUTE format('ALTER TABLE %s ADD COLUMN %I %s', cadence, own.name, own.definition);
        EXECUTE format('COMMENT ON COLUMN %s.%I IS %L', cadence, own.name, own.meaning || mark);
        CONTINUE WHEN own.rule IS NULL;
        EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I CHECK (%s) NOT VALID',
                       cadence, 'channel_accounts_' || own.name || '_check', own.rule);
        EXECUTE format('COMMENT ON CONSTRAINT %I ON %s IS %L',
                       'channel_accounts_' || own.name || '_check', cadence, own.rule_meaning || mark);
    END LOOP;
    IF all_are_ours THEN
        ALTER TABLE public.channel_accounts
            ADD CONSTRAINT channel_accounts_posts_per_week_check CHECK (
                posts_per_week BETWEEN 0 AND cardinality(days_of_week) * cardinality(times_local)
            ) NOT VALID;
        COMMENT ON CONSTRAINT channel_accounts_posts_per_week_check ON public.channel_accounts IS
        'Not negative, and at most the number of days times the number of times. Added by planned-slot top-off.';
    END IF;
END;
$columns$;
