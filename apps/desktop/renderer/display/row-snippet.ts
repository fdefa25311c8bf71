import type { OutboxItem, Row } from '../../contract/views.ts';
import { text } from '../text/spoken.ts';

/** What a row says about its conversation: the newest thing that happened in it, or what this desk has not handed over yet. */
type Snippet = {
  readonly sign: 'queued' | 'failed' | 'reaction' | 'note' | 'ours' | 'comment' | 'picture' | 'message';
  /** What the sign means, for tooltips and screen readers. */
  readonly label: string;
  /** Said before the words: whose they are, or what is the matter with them. */
  readonly lead: string | null;
  readonly words: string;
};

/**
 * `waiting`: what this desk has written and the relay does not have yet. While connected it is just in flight, and not shown. `meId`: whose
 * desk this is.
 */
export function snippetOf(
  row: Row,
  waiting: OutboxItem | undefined,
  { isLive, meId }: { readonly isLive: boolean; readonly meId: string | null },
): Snippet {
  if (waiting?.state === 'held')
    return { sign: 'failed', label: text.inbox.heldBack, lead: text.inbox.heldBack, words: waiting.text };
  if (waiting !== undefined && !isLive) {
    const lead = waiting.kind === 'note' ? text.inbox.noteQueued : text.inbox.queued;
    return { sign: 'queued', label: lead, lead, words: waiting.text };
  }
  const { lastReaction: reaction, lastMessage: last } = row;
  if (reaction !== null && reaction !== undefined && reaction.at > row.lastMessageAt) {
    const words = text.inbox.reacted(reaction.emoji, reaction.preview);
    return { sign: 'reaction', label: text.inbox.kind.reaction, lead: null, words };
  }
  return {
    sign: signOf(last),
    label: last?.direction === 'note' ? text.inbox.kind.note : text.inbox.kind[row.source.kind],
    lead: last?.direction === 'outbound' ? leadOf(last, meId) : null,
    words: last === null ? text.inbox.noText.text : last.preview || text.inbox.noText[last.kind],
  };
}

/** What became of our last message or, if it was simply sent, who wrote it. */
function leadOf({ state, author }: NonNullable<Row['lastMessage']>, meId: string | null): string {
  if (state === 'failed') return text.inbox.notSent;
  if (state === 'unconfirmed') return text.inbox.notSure;
  if (state === 'queued' || state === 'sending') return text.inbox.notSentYet;
  if (author === null || author === undefined) return text.inbox.we;
  return author.id === meId ? text.inbox.you : text.inbox.by(author.name);
}

function signOf(last: Row['lastMessage']): Snippet['sign'] {
  if (last?.state === 'failed' || last?.state === 'unconfirmed') return 'failed';
  if (last?.direction === 'outbound' && (last.state === 'queued' || last.state === 'sending')) return 'queued';
  if (last?.direction === 'note') return 'note';
  if (last?.direction === 'outbound') return 'ours';
  if (last?.kind === 'comment') return 'comment';
  const isPicture = last?.kind === 'story_mention' || last?.kind === 'story_reply' || last?.kind === 'attachment';
  return isPicture ? 'picture' : 'message';
}
