import type { Message } from '@transom/shared';
import { createContext, useContext } from 'react';
import type { Row } from '../../contract/views.ts';
import { attachmentName } from '../display/attachment-words.ts';
import { contactName, whoIs } from '../display/contact-name.ts';
import { systemFormats } from '../display/formats.ts';
import { hasVisibleText } from '../display/visible-text.ts';
import { text } from '../text/spoken.ts';

/** The little that every message needs from its conversation; the row itself changes with each message. */
export type ThreadFacts = {
  readonly channel: Row['channel'];
  readonly contact: string;
  readonly adTitle: string | null;
  readonly isErased: boolean;
};
export const ThreadFactsContext = createContext<ThreadFacts>({
  channel: '',
  contact: '',
  adTitle: null,
  isErased: false,
});
export const useThreadFacts = (): ThreadFacts => useContext(ThreadFactsContext);

export function threadFacts(row: Row): ThreadFacts {
  return {
    channel: row.channel,
    contact: contactName(whoIs(row)),
    adTitle: row.source.adTitle,
    isErased: row.erasedAt !== null,
  };
}

export function writerName(message: Message, { channel, contact }: ThreadFacts): string {
  if (message.direction === 'inbound') return contact;
  if (message.origin === 'elsewhere') return text.thread.elsewhere(text.channel(channel));
  return message.author?.name ?? '';
}

/** What a message says, in one line: its words, or what it is when it has none. */
export function oneLine(message: Message, { channel, isErased }: ThreadFacts): string {
  if (isErased) return text.thread.erased;
  if (message.unsentAt !== null) return text.thread.unsent;
  if (message.kind === 'unsupported') return text.thread.unsupported(text.channel(channel));
  const words = message.text ?? '';
  const [attachment] = message.attachments;
  if (hasVisibleText(words)) return shortened(words);
  if (attachment !== undefined) return attachmentName(attachment.type);
  return words === '' ? text.inbox.noText[message.kind] : text.thread.noVisibleText;
}

const longestLine = 160;

function shortened(words: string): string {
  const line = words.split('\n').find(hasVisibleText) ?? '';
  // Cut between two graphemes, not within one.
  const end = systemFormats().letters.segment(line).containing(longestLine)?.index;
  return end === undefined ? line : `${line.slice(0, end)}…`;
}
