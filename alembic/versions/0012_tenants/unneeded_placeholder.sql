-- The tenant's placeholder, if it is there and no row of any table refers to it.
--
-- Also the application's other tables count: deleting it would fail, or take their rows along.
CREATE OR REPLACE FUNCTION topoff.unneeded_placeholder(tenant text)
RETURNS uuid
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET row_security = off
AS $$
<<own>>
DECLARE
    placeholder uuid;
    referring record;
    is_needed boolean;
BEGIN
    SELECT content.id INTO placeholder
    FROM public.content_items AS content
    WHERE content.tenant_id = unneeded_placeholder.tenant
      AND content.id = topoff.placeholder_content_item_id(unneeded_placeholder.tenant)
    FOR UPDATE;
    FOR referring IN
        SELECT reference.conrelid::regclass AS relation, attribute.attname AS name
        FROM pg_constraint AS reference
        CROSS JOIN LATERAL unnest(reference.conkey, reference.confkey) AS pair (referring, referred)
        JOIN pg_attribute AS attribute
          ON attribute.attrelid = reference.conrelid AND attribute.attnum = pair.referring
        JOIN pg_attribute AS referred
          ON referred.attrelid = reference.confrelid AND referred.attnum = pair.referred
        WHERE reference.contype = 'f'
          AND reference.confrelid = 'public.content_items'::regclass
          AND referred.attname = 'id'
          AND own.placeholder IS NOT NULL
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %s AS held WHERE held.%I = $1)', referring.relation, referring.name)
        INTO is_needed USING placeholder;
        IF is_needed THEN
            RETURN NULL;
        END IF;
    END LOOP;
    RETURN placeholder;
END;
$$;

COMMENT ON FUNCTION topoff.unneeded_placeholder(text) IS
'The id of the tenant''s placeholder content item, locked for the caller to delete, where it exists and no foreign key leads to it from any row; else NULL.';

REVOKE ALL ON FUNCTION topoff.unneeded_placeholder(text) FROM PUBLIC;
