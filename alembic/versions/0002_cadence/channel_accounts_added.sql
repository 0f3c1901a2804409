-- What planning adds to the application's channel_accounts: the cadence of each account.
--
-- A column that the application has already is used as it is and stays its own. The CHECKs come with our
-- columns only, and the one that relates the columns only where all of them are ours: the application's own
-- pages write its columns by its own rules. Constant defaults, so no row is rewritten; CHECKs that are NOT
-- VALID yet, so no row is read. The last sentence of a column's comment tells the downgrade that it is ours.
DO $columns$
DECLARE
    cadence CONSTANT regclass := 'public.channel_accounts';
    own record;
    is_new boolean;
    all_are_ours boolean := true;
BEGIN
    FOR own IN
        SELECT * FROM (VALUES
            ('posts_per_week', 'smallint DEFAULT 0 NOT NULL', NULL,
             'Slots a week, from 0 (no cadence, the default) to days x times. Which cells of the week they are: topoff.cadence_cells().'),
            ('days_of_week', 'smallint[] DEFAULT ''{1,2,3,4,5}'' NOT NULL',
             $$array_ndims(days_of_week) = 1
               AND cardinality(days_of_week) BETWEEN 1 AND 7
               AND days_of_week <@ '{1,2,3,4,5,6,7}'::smallint[]
               AND topoff.array_is_set(days_of_week)$$,
             'The days to post on, ISO: 1 = Monday ... 7 = Sunday. One to seven of them, each once, in any order.'),
            ('times_local', 'time[] DEFAULT ''{09:00}'' NOT NULL',
             $$array_ndims(times_local) = 1
               AND cardinality(times_local) BETWEEN 1 AND 24
               AND '24:00' <> ALL (times_local)
               AND topoff.array_is_set(times_local)$$,
             'The times of day to post at, in the account''s time zone. One to 24 of them, each once, in any order; 00:00, not 24:00.'),
            ('timezone', 'text DEFAULT ''UTC'' NOT NULL', NULL,
             'The IANA name of the time zone that days and times are meant in, such as America/New_York, in its exact spelling.')
        ) AS own (name, definition, rule, meaning)
    LOOP
        is_new := NOT EXISTS (
            SELECT FROM pg_catalog.pg_attribute
            WHERE attrelid = cadence AND attname = own.name AND NOT attisdropped
        );
        IF is_new THEN
            EXECUTE format('ALTER TABLE %s ADD COLUMN %I %s', cadence, own.name, own.definition);
            EXECUTE format('COMMENT ON COLUMN %s.%I IS %L', cadence, own.name,
                           own.meaning || ' Added by planned-slot top-off.');
            IF own.rule IS NOT NULL THEN
                EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I CHECK (%s) NOT VALID', cadence,
                               'channel_accounts_' || own.name || '_check', own.rule);
            END IF;
        END IF;
        all_are_ours := all_are_ours AND is_new;
    END LOOP;
    IF all_are_ours THEN
        ALTER TABLE public.channel_accounts
            ADD CONSTRAINT channel_accounts_posts_per_week_check CHECK (
                posts_per_week BETWEEN 0 AND cardinality(days_of_week) * cardinality(times_local)
            ) NOT VALID;
    END IF;
    FOR own IN
        SELECT rule.name, rule.meaning
        FROM (VALUES
            ('channel_accounts_days_of_week_check', 'One to seven ISO days 1 ... 7, none twice, none NULL.'),
            ('channel_accounts_times_local_check', 'One to 24 times of day, none twice, none NULL, none 24:00.'),
            ('channel_accounts_posts_per_week_check',
             'Not negative, and at most the number of days times the number of times.')
        ) AS rule (name, meaning)
        JOIN pg_catalog.pg_constraint AS known ON known.conrelid = cadence AND known.conname = rule.name
    LOOP
        EXECUTE format('COMMENT ON CONSTRAINT %I ON %s IS %L', own.name, cadence, own.meaning);
    END LOOP;
END;
$columns$;
