import type { Message } from '@transom/shared';

const inOrder = (a: Message, b: Message): number => a.sentAt - b.sentAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/**
 * Both lists as one, oldest first; of two messages with the same id the higher revision wins. `held` is already in order, and what did not
 * change stays the same object, so that a thread of thousands is not redrawn for one message. Returns `held` itself when nothing is new.
 */
export function mergeMessages(held: readonly Message[], arrived: readonly Message[]): readonly Message[] {
  const news = new Map<string, Message>();
  for (const message of arrived) {
    const known = news.get(message.id);
    if (known === undefined || known.rev <= message.rev) news.set(message.id, message);
  }
  const replacesSome = held.some(({ id }) => news.has(id));
  const kept = replacesSome ? held.filter((message) => isKept(message, news)) : held;
  if (news.size === 0) return held;
  const added = [...news.values()].sort(inOrder);
  const [first] = added;
  const last = added.at(-1);
  const oldest = kept[0];
  const newest = kept.at(-1);
  if (first === undefined || last === undefined || oldest === undefined || newest === undefined) return added;
  if (inOrder(newest, first) < 0) return [...kept, ...added];
  if (inOrder(last, oldest) < 0) return [...added, ...kept];
  return interleaved(kept, added);
}

/** A message held in its newest revision stays, and is removed from `news`. */
function isKept(message: Message, news: Map<string, Message>): boolean {
  const next = news.get(message.id);
  if (next !== undefined && next.rev > message.rev) return false;
  news.delete(message.id);
  return true;
}

function interleaved(kept: readonly Message[], added: readonly Message[]): Message[] {
  const merged: Message[] = [];
  let next = 0;
  for (const message of kept) {
    for (let other = added[next]; other !== undefined && inOrder(other, message) < 0; other = added[next]) {
      merged.push(other);
      next += 1;
    }
    merged.push(message);
  }
  return [...merged, ...added.slice(next)];
}
