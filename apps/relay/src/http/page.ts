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

/** The cursor after a page whose items are at these places; null after the last page. */
export function cursorAfter(places: readonly Place[], hasMore: boolean): string | null {
  const last = places.at(-1);
  return hasMore && last !== undefined ? writeCursor(last) : null;
}

function writeCursor({ at, id }: Place): string {
  return Buffer.from(`${at}.${id}`).toString('base64url');
}

function readCursor(cursor: string): Place | null {
  const [, at, id] = /^(\d{1,16})\.(.{1,200})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  return at === undefined || id === undefined ? null : { at: Number(at), id };
}
