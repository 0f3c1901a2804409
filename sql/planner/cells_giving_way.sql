-- Who gives way in a week that has more free cells than room.
--
-- The cells farthest from people's posts win, so that the one next to a post made by hand gives way; ties, and
-- weeks without such a post: the earlier cell wins. All are ranked once, so what a week ends up with
-- does not depend on how many nights it took.
CREATE OR REPLACE FUNCTION topoff.cells_giving_way(
    free_cells timestamptz[],
    neighbours timestamptz[],
    room bigint
)
RETURNS SETOF timestamptz
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
ROWS 3
BEGIN ATOMIC
    SELECT ranked.cell
    FROM (
        SELECT free.cell, row_number() OVER (
                   ORDER BY (SELECT min(greatest(free.cell - neighbour, neighbour - free.cell))
                             FROM unnest(neighbours) AS neighbour) DESC,
                            free.cell
               ) AS rank
        FROM unnest(free_cells) AS free (cell)
    ) AS ranked
    WHERE ranked.rank > room;
END;

COMMENT ON FUNCTION topoff.cells_giving_way(timestamptz[], timestamptz[], bigint) IS
'Those of a week''s free cells that its quota has no room for: all but the room cells that are farthest, in elapsed time, from the nearest of the neighbours (the posts to keep away from); the later of two at one distance. All of them where room is 0 or less, none where there is room enough. A pure function of its arguments.';

REVOKE ALL ON FUNCTION topoff.cells_giving_way(timestamptz[], timestamptz[], bigint) FROM PUBLIC;
