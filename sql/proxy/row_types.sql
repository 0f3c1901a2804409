-- What the rows of the databases look like, for the functions and views that return them: the application's
-- post_instances has columns of its own. A type that only the application's database knows arrives as text.

CREATE OR REPLACE FUNCTION topoff_proxy.ask_columns(i_relation text)
RETURNS SETOF jsonb
LANGUAGE plproxy
AS $$
    CLUSTER 'topoff';
    RUN ON ALL;
    SELECT pg_catalog.jsonb_build_object(
        'database', pg_catalog.current_database(),
        'columns', pg_catalog.jsonb_agg(
            pg_catalog.jsonb_build_array(
                attribute.attname,
                CASE WHEN coalesce(element.oid, type.oid) OPERATOR(pg_catalog.<) 16384
                     THEN pg_catalog.format_type(attribute.atttypid, attribute.atttypmod)
                     ELSE 'text' OPERATOR(pg_catalog.||) CASE WHEN element.oid IS NOT NULL THEN '[]' ELSE '' END END)
            ORDER BY attribute.attnum))
    FROM pg_catalog.pg_attribute AS attribute
    JOIN pg_catalog.pg_type AS type ON type.oid OPERATOR(pg_catalog.=) attribute.atttypid
    LEFT JOIN pg_catalog.pg_type AS element ON element.oid OPERATOR(pg_catalog.=) type.typelem AND type.typcategory OPERATOR(pg_catalog.=) 'A'
    WHERE attribute.attrelid OPERATOR(pg_catalog.=) pg_catalog.to_regclass(i_relation) AND attribute.attnum OPERATOR(pg_catalog.>) 0
      AND NOT attribute.attisdropped;
$$;

COMMENT ON FUNCTION topoff_proxy.ask_columns(text) IS
'For topoff_proxy.create_row_type(): names and types of a relation''s columns, from every database.';

REVOKE ALL ON FUNCTION topoff_proxy.ask_columns(text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION topoff_proxy.create_row_type(row_type text, relation text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    answers jsonb[];
    answer jsonb;
BEGIN
    answers := ARRAY(SELECT line FROM topoff_proxy.ask_columns(relation) AS line ORDER BY line ->> 'database');
    FOREACH answer IN ARRAY answers LOOP
        IF answer -> 'columns' = 'null' THEN
            RAISE EXCEPTION 'database "%" has no %', answer ->> 'database', relation
                USING ERRCODE = 'object_not_in_prerequisite_state',
                      HINT = 'Install the product there first: alembic upgrade head.';
        ELSIF answer -> 'columns' <> answers[1] -> 'columns' THEN
            RAISE EXCEPTION 'the columns of % are not the same in all databases', relation
                USING ERRCODE = 'object_not_in_prerequisite_state',
                      DETAIL = format('Database "%s": %s. Database "%s": %s.',
                                      answers[1] ->> 'database', answers[1] -> 'columns',
                                      answer ->> 'database', answer -> 'columns'),
                      HINT = 'Bring all databases to the same revision of the application and of the product first.';
        END IF;
    END LOOP;
    EXECUTE format('CREATE TYPE %s AS (%s)', row_type, (
        SELECT string_agg(format('%I %s', listed.pair ->> 0, listed.pair ->> 1), ', ' ORDER BY listed.place)
        FROM jsonb_array_elements(answers[1] -> 'columns') WITH ORDINALITY AS listed (pair, place)
    ));
    EXECUTE format('COMMENT ON TYPE %s IS %L', row_type, format('A row of %s, as the databases have it.', relation));
END;
$$;

COMMENT ON FUNCTION topoff_proxy.create_row_type(text, text) IS
'For install.sql: makes a type that has the columns that a relation has in the databases.
Errors: 55000 where a database has no such relation, or where they differ in its columns.';

REVOKE ALL ON FUNCTION topoff_proxy.create_row_type(text, text) FROM PUBLIC;
