import type { AgencyWork } from './agency-work.ts';
import { storedMetadata } from './documents/message.ts';
import type { KnownMessage } from './find-message.ts';
import { touchBoth } from './sending.ts';

/**
 * Changes to an existing message, whatever its state: its words, a reaction, whether it is hidden. Each tells whether it changed anything;
 * an older event that arrives later does not.
 */
type Of = 'message' | 'comment';

export async function edit(
  work: AgencyWork,
  { id, conversationId }: KnownMessage,
  { text, at, of }: { readonly text: string | null; readonly at: number; readonly of: Of },
): Promise<boolean> {
  const changed = await work.tx.run(
    `update messages set text = :text, edited_at = :at
     where agency_id = :agency and id = :id and unsent_at is null and (edited_at is null or edited_at < :at)`,
    { id, text, at },
  );
  if (changed === 0) return false;
  touchBoth(work, id, conversationId);
  if (of === 'comment') work.record('relay', 'comment.edited', id);
  else work.record('relay', 'message.edited', id, { at });
  return true;
}

/** Removes the words everywhere. A comment still says where it was. */
export async function takeBack(
  work: AgencyWork,
  { id, conversationId }: KnownMessage,
  { at, of }: { readonly at: number; readonly of: Of },
): Promise<boolean> {
  const changed = await work.tx.run(
    `update messages set text = null, edited_at = null, unsent_at = :at, metadata = case when :of = 'comment' then metadata else :bare end
     where agency_id = :agency and id = :id and unsent_at is null`,
    { id, at, of, bare: storedMetadata({}) },
  );
  if (changed === 0) return false;
  work.withdraw('message', id);
  work.withdraw('conversation', conversationId);
  if (of === 'comment') work.record('relay', 'comment.removed', id);
  else work.record('relay', 'message.unsent', id, { at });
  return true;
}

/** `reaction` null removes it. The caller records it: a reaction may be about a message that we never saw. */
export async function react(
  work: AgencyWork,
  id: string,
  { reaction, at }: { readonly reaction: string | null; readonly at: number },
): Promise<boolean> {
  const changed = await work.tx.run(
    `update messages set reaction = :reaction, reaction_at = :at
     where agency_id = :agency and id = :id and (reaction_at is null or reaction_at < :at)`,
    { id, reaction, at },
  );
  if (changed === 0) return false;
  work.touch('message', id);
  return true;
}

export async function hide(work: AgencyWork, { id, conversationId }: KnownMessage, at: number): Promise<boolean> {
  const changed = await work.tx.run(
    `update messages set hidden_at = :at where agency_id = :agency and id = :id and hidden_at is null`,
    { id, at },
  );
  if (changed === 0) return false;
  touchBoth(work, id, conversationId);
  work.record('relay', 'comment.hidden', id, { at });
  return true;
}

/** Null if it was not hidden, or only later. */
export async function show(
  work: AgencyWork,
  { id, conversationId }: KnownMessage,
  at: number,
): Promise<{ readonly isGone: boolean } | null> {
  const shown = await work.tx.get<{ unsentAt: number | null }>(
    `update messages set hidden_at = null where agency_id = :agency and id = :id and hidden_at <= :at
     returning unsent_at as "unsentAt"`,
    { id, at },
  );
  if (shown === undefined) return null;
  touchBoth(work, id, conversationId);
  work.record('relay', 'comment.shown', id, { at });
  return { isGone: shown.unsentAt !== null };
}
