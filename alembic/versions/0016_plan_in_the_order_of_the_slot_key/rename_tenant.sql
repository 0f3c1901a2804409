-- Gives a tenant another name, everywhere at once.
--
-- The application's triggers see the search_path of its own writes: nothing is pinned here. To be renamed is no
-- work that somebody puts into a slot (note_touch), and the placeholder may change along (guard_placeholder).
--
-- An account that comes to be after the rows were locked is renamed along, but is not locked. Who posts on it at that
-- very moment has a post of the old name when the foreign key looks; so that is undone, and tried with both of them.
CREATE OR REPLACE FUNCTION topoff.rename_tenant(old text, new text)
RETURNS integer
LANGUAGE plpgsql
AS $$
<<own>>
DECLARE
    renamed pg_catalog.int4;
BEGIN
    PERFORM topoff.begin_rename(old, new);
    PERFORM pg_catalog.set_config('topoff.erasing'::pg_catalog.text, old, true);
    PERFORM pg_catalog.set_config('topoff.planning'::pg_catalog.text, 'on'::pg_catalog.text, true);
    FOR attempt IN 1 .. 5 LOOP
        BEGIN
            EXECUTE topoff.rename_statement() INTO renamed
            USING old, new, topoff.placeholder_content_item_id(old), topoff.placeholder_content_item_id(new);
            EXIT;
        EXCEPTION WHEN foreign_key_violation THEN
            IF attempt OPERATOR(pg_catalog.=) 5 THEN
                RAISE;
            END IF;
            PERFORM topoff.begin_rename(old, new);
        END;
    END LOOP;
    PERFORM pg_catalog.set_config('topoff.planning'::pg_catalog.text, 'off'::pg_catalog.text, true);
    RETURN renamed;
END;
$$;

COMMENT ON FUNCTION topoff.rename_tenant(text, text) IS
'Gives the tenant old the name new: in its accounts, content items, posts, cadences, blackouts and ledger entries, and in tables of the application that refer to these by a foreign key with the tenant in it; its placeholder gets the id that goes with the name. Returns how many rows. Other tables of the application are its own to rename; where it has a table of tenants that these refer to, insert the new name there first, and delete the old one afterwards, in the same transaction.
Errors: 22004 for a NULL; 22023 for an empty name, and where both are the same; P0002 where no row has the old name; 55000 where the new one has rows already; 42501 where row-level security would hide rows from the caller; 55P03 where other transactions hold its rows for long; 23503 where a foreign key of the application wants the new name in a table of its own.';

REVOKE ALL ON FUNCTION topoff.rename_tenant(text, text) FROM PUBLIC;
