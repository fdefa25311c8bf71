import type { Random } from '../random.ts';
import type { SimulatedChannel } from '../truth/accounts.ts';
import type { ActKind, ActOf } from '../truth/acts.ts';

/**
 * A named sample world: accounts, what happened before it starts (sent as webhooks immediately, with times in the past)
 * and what happens over the following minutes. Written as threads, one per buyer, so that it reads like an inbox.
 */
export type World = {
  readonly about: string;
  /** At most one account per channel, so that threads can name theirs by the channel. */
  readonly accounts: readonly WorldAccount[];
  /** May be a generator; it is read as fast as the webhooks are delivered, never all at once. */
  readonly threads: (random: Random) => Iterable<Thread>;
};

export type WorldAccount = {
  readonly channel: SimulatedChannel;
  readonly name: string;
  readonly username: string | null;
  readonly humanAgentApproved: boolean;
};

export type Thread = {
  readonly on: SimulatedChannel;
  readonly name: string;
  readonly username: string | null;
  readonly lines: readonly Line[];
};

/** `atMs` counts from the start of the world: negative is the past, the rest is played. */
export type Line = { readonly atMs: number; readonly does: ThreadAct };

/** Acts that refer to the thread's own messages name the last one of a side, since ids do not exist yet. */
export type ThreadAct =
  | ActOf<Exclude<ActKind, 'reacts' | 'unsends' | 'edits' | 'receives' | 'deletesComment'>>
  | { readonly kind: 'reactsToLast'; readonly emoji: string }
  | { readonly kind: 'unsendsLast' }
  | { readonly kind: 'editsLast'; readonly text: string };

export const minutes = (count: number) => count * 60_000;
export const hours = (count: number) => count * 60 * 60_000;
export const days = (count: number) => count * 24 * 60 * 60_000;

/** Something that happened this long before the start. */
export const ago = (ms: number, does: ThreadAct): Line => ({ atMs: -ms, does });
/** Something that happens this many seconds into the play. */
export const after = (seconds: number, does: ThreadAct): Line => ({ atMs: seconds * 1_000, does });

export const says = (text: string, more: { adTitle?: string; ref?: string } = {}): ThreadAct => ({
  kind: 'writes',
  text,
  ...more,
});
export const answers = (text: string): ThreadAct => ({ kind: 'businessWritesElsewhere', text });
export const comments = (text: string, postId?: string): ThreadAct => ({
  kind: 'comments',
  text,
  ...(postId === undefined ? {} : { postId }),
});
export const sends = (type: 'image' | 'video' | 'audio' | 'file', count = 1): ThreadAct => ({
  kind: 'sendsAttachment',
  type,
  count,
});
export const onStory = (text: string): ThreadAct => ({ kind: 'repliesToStory', text });

/** A thread on Instagram. */
export const instagram = (name: string, username: string, ...lines: Line[]): Thread => ({
  on: 'instagram',
  name,
  username,
  lines,
});
/** A thread on Facebook, where people have no user names. */
export const facebook = (name: string, ...lines: Line[]): Thread => ({ on: 'facebook', name, username: null, lines });
