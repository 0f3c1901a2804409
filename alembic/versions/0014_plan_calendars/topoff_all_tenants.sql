-- The nightly run: tops off every tenant that has a cadence, or re-plans for every tenant.
--
-- It commits after every step, so a crash loses one step at the most, and the next night makes good.
-- A procedure that commits can have neither a SET clause nor an EXCEPTION block around the COMMIT, hence
-- the steps are functions of their own, and everything here is qualified. The first COMMIT is for
-- callers whose default is another isolation level: it can only be chosen before the first snapshot, and
-- a step must see what others committed while it waited for their locks.
--
-- It gives way: who could not be done at once, among others, is put aside. They come at the end, one by one,
-- each in a transaction of its own, in rounds with a pause before each. What is spent on waiting is taken
-- from the run's patience; when that is at its end, one more round hardly waits.
CREATE OR REPLACE PROCEDURE public.topoff_all_tenants(
    horizon interval DEFAULT '28 days',
    replan boolean DEFAULT false
)
LANGUAGE plpgsql
AS $$
DECLARE
    -- All times are in milliseconds.
    longest_wait CONSTANT integer := topoff.longest_wait();
    patience integer := topoff.patience();
    pause integer := 500;
    longest_pause CONSTANT integer := 10000;
    accounts_a_step integer := 500;
    run_id bigint;
    names pg_catalog.text[];
    sizes bigint[];
    tenant record;
    step pg_catalog.text[] := '{}'::pg_catalog.text[];
    accounts bigint := 0;
    aside pg_catalog.text[] := '{}'::pg_catalog.text[];
    round pg_catalog.text[];
    again pg_catalog.text[];
    pass pg_catalog.text;
    name pg_catalog.text;
BEGIN
    COMMIT;
    SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
    PERFORM topoff.planning_window_end(horizon, pg_catalog.now());
    PERFORM topoff.require_all_rows();
    run_id := topoff.start_run(replan);
    IF run_id IS NULL THEN
        RETURN;
    END IF;
    COMMIT AND CHAIN;

    PERFORM topoff.resume_run(run_id);
    SELECT pg_catalog.array_agg(known.tenant_id), pg_catalog.array_agg(known.accounts) INTO names, sizes
    FROM topoff.tenants_to_plan(run_id, horizon, replan) AS known;
    COMMIT AND CHAIN;

    PERFORM topoff.resume_run(run_id);
    FOR tenant IN
        SELECT known.name, known.accounts, known.place
        FROM ROWS FROM (pg_catalog.unnest(names), pg_catalog.unnest(sizes))
             WITH ORDINALITY AS known (name, accounts, place)
    LOOP
        step := pg_catalog.array_append(step, tenant.name);
        accounts := accounts OPERATOR(pg_catalog.+) tenant.accounts;
        CONTINUE WHEN accounts OPERATOR(pg_catalog.<) accounts_a_step
                  AND tenant.place OPERATOR(pg_catalog.<) pg_catalog.cardinality(names);
        again := topoff.run_batch(run_id, step, horizon, replan, 'all', longest_wait);
        aside := pg_catalog.array_cat(aside, again);
        accounts_a_step := topoff.next_step(accounts_a_step, longest_wait);
        step := ARRAY[]::pg_catalog.text[];
        accounts := 0;
        COMMIT AND CHAIN;
        PERFORM topoff.resume_run(run_id);
    END LOOP;

    WHILE pg_catalog.cardinality(aside) OPERATOR(pg_catalog.>) 0 LOOP
        IF patience OPERATOR(pg_catalog.>) 0 THEN
            -- It holds nothing but the run's own row meanwhile, so that whoever waited for it gets done before it tries again.
            pause := least(pause, patience, longest_pause);
            PERFORM pg_catalog.pg_sleep(pause OPERATOR(pg_catalog./) 1000.0);
            patience := patience OPERATOR(pg_catalog.-) pause;
            pause := pause OPERATOR(pg_catalog.*) 2;
            COMMIT AND CHAIN;
            PERFORM topoff.resume_run(run_id);
        END IF;
        pass := CASE WHEN patience OPERATOR(pg_catalog.>) 0 THEN 'again' ELSE 'last' END;
        round := aside;
        aside := ARRAY[]::pg_catalog.text[];
        FOREACH name IN ARRAY round LOOP
            again := topoff.run_batch(
                run_id, ARRAY[name], horizon, replan, pass, greatest(least(longest_wait, patience), 1));
            aside := pg_catalog.array_cat(aside, again);
            IF pg_catalog.cardinality(again) OPERATOR(pg_catalog.>) 0 THEN
                patience := patience OPERATOR(pg_catalog.-) topoff.waited();
            END IF;
            COMMIT AND CHAIN;
            PERFORM topoff.resume_run(run_id);
        END LOOP;
    END LOOP;

    PERFORM topoff.enter_unknown_zones(run_id);
    PERFORM topoff.finish_run(run_id);
    COMMIT;
    PERFORM topoff.raise_run_failures(run_id);
END;
$$;

COMMENT ON PROCEDURE public.topoff_all_tenants(interval, boolean) IS
'The nightly run: tops off every tenant up to now + horizon (default: 28 days), up to 2000 accounts at a time, committing after each such step, and leaves tenants in peace whom it sees to have all their slots; CALL it outside a transaction (inside one: 2D000, and nothing is done). With replan it re-plans instead, also for tenants that no longer plan: after an update of the server''s time zone data, or a change of many cadences.
It gives way: it waits for a lock a tenth of deadlock_timeout at the most. A tenant that somebody holds is done at the end, in several attempts for up to topoff.patience (5 minutes) altogether. A tenant that fails does not hold up the others; where any did, the run ends with an error that names them (P0001) after all work is committed. While another run is under way it returns at once with a NOTICE. The ledger is topoff.runs and topoff.run_tenants.
Errors before it starts: 22004 for a NULL, 22023 for a horizon or a topoff.patience out of range, 42501 for a role that row-level security hides rows from.';

REVOKE ALL ON PROCEDURE public.topoff_all_tenants(interval, boolean) FROM PUBLIC;
