import * as z from 'zod';

/** How lists are paged: by the place of the last item seen, so that new items never shift a page. Cursors are opaque to callers. */
export type Place = { readonly at: number; readonly id: string };

export const pageQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z
    .string()
    .max(300)
    .transform((cursor, context): Place => {
      const place = readCursor(cursor);
      if (place !== null) return place;
      context.addIssue({
        code: 'custom',
        message: 'This is not a cursor of this list. Take nextCursor of the page before.',
      });
      return z.NEVER;
    })
    .optional(),
});

/** The page and the cursor after it. `items` holds one more than `limit` where there is a next page. */
export function cutPage<Item>(
  items: readonly Item[],
  limit: number,
  placeOf: (item: Item) => Place,
): { page: Item[]; nextCursor: string | null } {
  const page = items.slice(0, limit);
  const last = page.at(-1);
  return { page, nextCursor: items.length > limit && last !== undefined ? writeCursor(placeOf(last)) : null };
}

function writeCursor({ at, id }: Place): string {
  return Buffer.from(`${at}.${id}`).toString('base64url');
}

function readCursor(cursor: string): Place | null {
  const [, at, id] = /^(\d{1,16})\.(.{1,200})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  return at === undefined || id === undefined ? null : { at: Number(at), id };
}
