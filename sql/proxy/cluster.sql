-- Writes the list of partitions, from the setting topoff_proxy.partitions, into the foreign server topoff.
DO $$
DECLARE
    entries CONSTANT text[] := ARRAY(
        SELECT btrim(entry, E' \n\t')
        FROM regexp_split_to_table(current_setting('topoff_proxy.partitions'), ';') WITH ORDINALITY AS listed (entry, place)
        ORDER BY listed.place
    );
    wrong text;
    options text;
    present text[];
BEGIN
    SELECT CASE WHEN entry = '' THEN 'An entry is empty.'
                WHEN entry !~ '^\w+ *=' THEN format('This is no list of key=value: %s', entry)
                ELSE 'An entry names a user or a password, which would be everybody''s.' END
    INTO wrong
    FROM unnest(entries) AS listed (entry)
    WHERE entry = '' OR entry !~ '^\w+ *=' OR entry ~ '\m(user|password) *='
    LIMIT 1;
    IF wrong IS NULL AND cardinality(entries) & (cardinality(entries) - 1) <> 0 THEN
        wrong := format('These are %s, which is no power of two; a database may stand there more than once.',
                                   cardinality(entries));
    END IF;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'partitions is no list of partitions'
            USING ERRCODE = 'invalid_parameter_value',
                  DETAIL = wrong,
                  HINT = 'Such as -v partitions=''host=db1 dbname=app; host=db2 dbname=app''. '
                         'Who connects as whom is for CREATE USER MAPPING to say.';
    END IF;

    SELECT array_agg(listed.option_value ORDER BY substr(listed.option_name, 2)::integer),
           string_agg(format('DROP %I, ', listed.option_name), '')
    INTO present, options
    FROM pg_foreign_server AS server
    CROSS JOIN LATERAL pg_options_to_table(server.srvoptions) AS listed
    WHERE server.srvname = 'topoff' AND listed.option_name ~ '^p[0-9]+$';
    IF present = entries THEN
        RETURN;
    END IF;
    SELECT coalesce(options, '')
           || string_agg(format('%s p%s %L', CASE WHEN present IS NULL THEN '' ELSE 'ADD' END,
                                                      listed.place - 1, listed.entry), ', ' ORDER BY listed.place)
    INTO options
    FROM unnest(entries) WITH ORDINALITY AS listed (entry, place);
    EXECUTE CASE WHEN present IS NULL
                 THEN 'CREATE SERVER topoff FOREIGN DATA WRAPPER plproxy OPTIONS (' || options || ')'
                 ELSE 'ALTER SERVER topoff OPTIONS (' || options || ')' END;
    COMMENT ON SERVER topoff IS 'The partitions of tenants, for PL/Proxy; written by sql/proxy/install.sql.';
END;
$$;
