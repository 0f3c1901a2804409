-- What planning adds to the application's content_items: nobody takes a tenant's placeholder id in advance.
--
-- An id of the form of placeholders (topoff.is_placeholder_id) is derived from its tenant's name, so an item that
-- has one belongs to the tenant that derives it. NOT VALID yet: no row is read.
DO $check$
BEGIN
    IF NOT EXISTS (
        SELECT FROM pg_catalog.pg_constraint
        WHERE conrelid = 'public.content_items'::regclass AND conname = 'content_items_placeholder_id_check'
    ) THEN
        ALTER TABLE public.content_items
            ADD CONSTRAINT content_items_placeholder_id_check CHECK (
                NOT topoff.is_placeholder_id(id) OR id = topoff.placeholder_content_item_id(tenant_id)
            ) NOT VALID;
    END IF;
END;
$check$;

COMMENT ON CONSTRAINT content_items_placeholder_id_check ON public.content_items IS
'An item with an id of the form of placeholders (topoff.is_placeholder_id) is the placeholder of its own tenant: nobody can take another tenant''s placeholder id, and a placeholder cannot change tenants.';
