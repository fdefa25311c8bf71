import type { OutboxItem, Row } from '../../contract/views.ts';
import { text } from '../text/en.ts';

/** What a row says of its conversation: the newest thing that happened in it, and what this desk has not handed over yet. */
type Snippet = {
  readonly sign: 'queued' | 'failed' | 'reaction' | 'note' | 'ours' | 'comment' | 'picture' | 'message';
  /** What the sign stands for, for those who point at it or hear the screen. */
  readonly label: string;
  /** Said before the words: whose they are, or what is the matter with them. */
  readonly lead: string | null;
  readonly words: string;
};

/** `waiting`: the reply of this desk that the relay does not have. While it is on its way there it is no news. */
export function snippetOf(row: Row, waiting: OutboxItem | undefined, isLive: boolean): Snippet {
  if (waiting?.state === 'held')
    return { sign: 'failed', label: text.inbox.heldBack, lead: text.inbox.heldBack, words: waiting.text };
  if (waiting !== undefined && !isLive)
    return { sign: 'queued', label: text.inbox.queued, lead: text.inbox.queued, words: waiting.text };
  const { lastReaction: reaction, lastMessage: last } = row;
  if (reaction !== null && reaction !== undefined && reaction.at > row.lastMessageAt) {
    const words = text.inbox.reacted(reaction.emoji, reaction.preview);
    return { sign: 'reaction', label: text.inbox.kind.reaction, lead: null, words };
  }
  return {
    sign: signOf(last),
    label: last?.direction === 'note' ? text.inbox.kind.note : text.inbox.kind[row.source.kind],
    lead: last?.direction === 'outbound' ? text.inbox.you : null,
    words: last === null ? text.inbox.noText.text : last.preview || text.inbox.noText[last.kind],
  };
}

function signOf(last: Row['lastMessage']): Snippet['sign'] {
  if (last?.state === 'failed' || last?.state === 'unconfirmed') return 'failed';
  if (last?.direction === 'note') return 'note';
  if (last?.direction === 'outbound') return 'ours';
  if (last?.kind === 'comment') return 'comment';
  const isPicture = last?.kind === 'story_mention' || last?.kind === 'story_reply' || last?.kind === 'attachment';
  return isPicture ? 'picture' : 'message';
}
