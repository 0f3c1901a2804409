-- A cadence as people say it: "3 a week: Mon Wed Fri 09:00", "2 a week team_post: Tue Thu 10:00",
-- "from 1 to 24 December 7 a week: ...". What can be left out of a date is: the present year always.
CREATE OR REPLACE FUNCTION topoff.cadence_in_words(
    posts_per_week bigint,
    days_of_week bigint[],
    times_local time[],
    category text,
    during daterange
)
RETURNS text
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    first_day CONSTANT date := nullif(lower(during), '-infinity');
    last_day CONSTANT date := nullif(upper(during), 'infinity') - 1;
    this_year CONSTANT text := to_char(now() AT TIME ZONE 'UTC', ' YYYY');
    -- Of two dates in one month or one year the first goes without it.
    first_words CONSTANT text := concat(
        to_char(first_day, 'FMDD'),
        CASE WHEN date_trunc('month', first_day) IS DISTINCT FROM date_trunc('month', last_day)
             THEN to_char(first_day, ' FMMonth') END,
        CASE WHEN date_trunc('year', first_day) IS DISTINCT FROM date_trunc('year', last_day)
             THEN nullif(to_char(first_day, ' YYYY'), this_year) END);
    last_words CONSTANT text := concat(
        to_char(last_day, 'FMDD FMMonth'), nullif(to_char(last_day, ' YYYY'), this_year));
    cells bigint;
    cells_words text;
BEGIN
    SELECT coalesce(sum(round.cells), 0),
           string_agg(round.days || ' ' || round.time_local, ', ' ORDER BY round.time_local)
    INTO cells, cells_words
    FROM (
        SELECT regexp_replace(cell.time_local::text, ':00$', '') AS time_local, count(*) AS cells,
               string_agg((ARRAY['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'])[cell.day_of_week],
                          ' ' ORDER BY cell.day_of_week) AS days
        FROM topoff.cadence_cells(posts_per_week, days_of_week, times_local) AS cell
        GROUP BY cell.time_local
    ) AS round;
    RETURN concat(
        CASE
            WHEN first_day = last_day THEN format('on %s ', last_words)
            WHEN first_day < last_day THEN format('from %s to %s ', first_words, last_words)
            WHEN first_day IS NOT NULL THEN format('from %s ', first_words)
            WHEN last_day IS NOT NULL THEN format('until %s ', last_words)
        END,
        posts_per_week, ' a week', ' ' || category,
        CASE WHEN cells < posts_per_week THEN format(' (its days and times allow %s)', cells) END,
        ': ' || cells_words);
END;
$$;

COMMENT ON FUNCTION topoff.cadence_in_words(bigint, bigint[], time[], text, daterange) IS
'A cadence in English words, days and times in its account''s zone: [on/from/until dates] posts_per_week "a week" [category]: days time, ... Where it wants more than its days and times allow, it says how many these are.';

REVOKE ALL ON FUNCTION topoff.cadence_in_words(bigint, bigint[], time[], text, daterange) FROM PUBLIC;
