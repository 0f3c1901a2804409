-- The id of a tenant's placeholder, the content item that all of its empty slots share.
--
-- Derived from the tenant's name, so it needs no look-up, cannot exist twice, and lets the rule
-- "an empty slot is never published" be a plain CHECK. A version 8 UUID (RFC 9562): SHA-256 of a
-- namespace of our own and the name, with the version and variant digits set, and with 746f706f ("topo") at
-- its beginning, by which topoff.is_placeholder_id() tells it from an application's own ids of any version.
-- The older name-based versions want MD5 or SHA-1, which a server in FIPS mode refuses to compute.
-- decode(..., 'escape') of the name with its backslashes doubled is its bytes: convert_to() would
-- do the same, but is not IMMUTABLE, and then the planner could not inline this.
CREATE OR REPLACE FUNCTION topoff.placeholder_content_item_id(tenant text)
RETURNS uuid
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
RETURN left(
    overlay(
        overlay(
            overlay(
                encode(
                    sha256('\x9e107d9d372b4b0f8c5ad1a4c2f6e831'::bytea
                           || decode(replace(tenant, '\', '\\'), 'escape')),
                    'hex'
                )
                PLACING '746f706f' FROM 1
            )
            PLACING '8' FROM 13
        )
        PLACING '8' FROM 17
    ),
    32
)::uuid;

COMMENT ON FUNCTION topoff.placeholder_content_item_id(text) IS
'Id of the tenant''s placeholder content item (title ''Planned slot''), which every empty slot has as its content. A name-based UUID: the same tenant always gives the same id, whether or not the item exists. NULL for NULL.';

-- Everybody who writes a post has the CHECK call this, and PostgreSQL asks for the right to.
GRANT EXECUTE ON FUNCTION topoff.placeholder_content_item_id(text) TO PUBLIC;
