import type { Unhandled } from '../../../inbox/events.ts';

/** What all items of one `entry` share. `time` is when Meta sent it: the fallback for items without a time of their own. */
export type Entry = { readonly id: string | null; readonly time: number | null };

/** `what` is from a small vocabulary, because it is counted; never a person's text. */
export function unhandled(accountNativeId: string | null, what: string): Unhandled {
  return { kind: 'unhandled', accountNativeId, what };
}

/** A name from a payload (a key, a field) as such a word. */
export function wordOf(name: unknown): string {
  return typeof name === 'string' && /^[a-z][a-z0-9_-]{0,39}$/i.test(name)
    ? name.toLowerCase().replaceAll('-', '_')
    : 'unknown';
}

export function inThreadOf(senderId: string | null): { readonly senderId?: string } {
  return senderId === null ? {} : { senderId };
}
