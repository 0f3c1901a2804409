-- Keeps a tenant's placeholder as it is: somebody who typed a post into it would show that post in every empty
-- slot, and deleting it would take the slots along.
--
-- What it had from a default may change, and what was empty may get a date, a number, a flag or an empty list:
-- a migration of the application does that to every item, and no post is written so.
--
-- An item with an id of the form of placeholders is one and no other is (content_items_placeholder_id_check), so
-- other items cost a look at their id. No trigger condition names a column of the application's: the
-- application could not change that column's type then.
CREATE OR REPLACE FUNCTION topoff.guard_placeholder()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    done CONSTANT text := CASE TG_OP WHEN 'DELETE' THEN 'deleted' ELSE 'changed' END;
    reason text;
    way_out text;
BEGIN
    IF NOT topoff.is_placeholder_id(OLD.id)
       OR current_setting('topoff.erasing', true) IN (OLD.tenant_id, '*') THEN
        RETURN NEW;
    ELSIF TG_OP = 'DELETE' THEN
        -- At the end of the transaction: an ORM deletes the posts of an item before the item, and a tenant that
        -- goes with all it has may lose its accounts after its items.
        IF EXISTS (SELECT FROM public.channel_accounts AS account WHERE account.tenant_id = OLD.tenant_id) THEN
            reason := 'Empty planned slots have it as their content, and the tenant has channel accounts.';
            way_out := format('It costs nothing to keep. For a tenant that goes: SELECT topoff.erase_tenant(%L).',
                              OLD.tenant_id);
        END IF;
    ELSIF (NEW.tenant_id, NEW.id, NEW.title) IS DISTINCT FROM (OLD.tenant_id, OLD.id, OLD.title)
          OR EXISTS (
              SELECT
              FROM jsonb_each(to_jsonb(NEW)) AS written
              JOIN pg_attribute AS attribute ON attribute.attrelid = TG_RELID AND attribute.attname = written.key
              JOIN pg_type AS type ON type.oid = attribute.atttypid
              WHERE type.typcategory IN ('S', 'A', 'U')
                AND written.value NOT IN ('null', '""', '[]', '{}')
                AND coalesce(to_jsonb(OLD) -> written.key, 'null') IN ('null', '""', '[]', '{}')
          ) THEN
        IF EXISTS (
            SELECT FROM public.post_instances AS post
            WHERE post.tenant_id = OLD.tenant_id AND post.content_item_id = OLD.id
        ) THEN
            reason := 'Empty planned slots have it as their content.';
            way_out := CASE WHEN NEW.tenant_id = OLD.tenant_id
                THEN 'To write a post, create a content item of its own and assign it to the slot: '
                     'fill_next_planned_slot() or UPDATE post_instances SET content_item_id = ... '
                     'A migration that fills a column of every item: SET LOCAL topoff.erasing = ''*'' before.'
                ELSE format('To give a tenant another name: SELECT topoff.rename_tenant(%L, %L).',
                            OLD.tenant_id, NEW.tenant_id)
            END;
        END IF;
    END IF;
    IF reason IS NOT NULL THEN
        RAISE EXCEPTION 'content item % is the placeholder of tenant "%" and cannot be %', OLD.id, OLD.tenant_id, done
            USING ERRCODE = 'object_in_use', DETAIL = reason, HINT = way_out;
    END IF;
    RETURN NEW;
END;
$$;

CREATE OR REPLACE TRIGGER guard_placeholder_on_update
BEFORE UPDATE ON public.content_items
FOR EACH ROW EXECUTE FUNCTION topoff.guard_placeholder();

-- The condition keeps other items from waiting for the end of the transaction: an ALTER TABLE is refused while
-- any does. It looks at the row as a whole.
DO $trigger$
BEGIN
    IF NOT EXISTS (
        SELECT FROM pg_catalog.pg_trigger
        WHERE tgrelid OPERATOR(pg_catalog.=) 'public.content_items'::pg_catalog.regclass
          AND tgname OPERATOR(pg_catalog.=) 'guard_placeholder_on_delete'
    ) THEN
        CREATE CONSTRAINT TRIGGER guard_placeholder_on_delete
        AFTER DELETE ON public.content_items
        DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW
        WHEN (pg_catalog.to_json(OLD)::pg_catalog.text OPERATOR(pg_catalog.~) '"id":"[0-9a-f]{8}-[0-9a-f]{4}-8')
        EXECUTE FUNCTION topoff.guard_placeholder();
    END IF;
END;
$trigger$;

COMMENT ON FUNCTION topoff.guard_placeholder() IS
'Trigger: refuses to change a tenant''s placeholder content item while a post instance has it as its content, and to delete it while the tenant has a channel account, the latter at the end of the transaction (55006, with the way out in the HINT). What erases or renames a tenant sets topoff.erasing to its name for the rest of the transaction (set_config(''topoff.erasing'', tenant, true)), ''*'' for every tenant. Changed means: tenant_id, id, title, or something written into a text, a list or the like that was empty.';
COMMENT ON TRIGGER guard_placeholder_on_update ON public.content_items IS
'The placeholder of empty slots cannot be changed; an UPDATE that writes nothing into it passes.';
COMMENT ON TRIGGER guard_placeholder_on_delete ON public.content_items IS
'The placeholder of empty slots cannot be deleted, except together with the tenant''s channel accounts.';

REVOKE ALL ON FUNCTION topoff.guard_placeholder() FROM PUBLIC;
