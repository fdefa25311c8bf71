import type { Message } from '@transom/shared';
import type { ThreadItem } from './thread-items.ts';

/**
 * What is not drawn yet has no height, so a thread is laid out with the likely height of each item. Items with the same estimate are
 * assumed to be equally high: once one is drawn, the others take its height, and little moves when they are drawn.
 */
const measured = new Map<number, number>();

/** The likely height of an item, in px, until it is first drawn. */
export function likelyHeight(item: ThreadItem): number {
  const reckoned = reckonedHeight(item);
  return measured.get(reckoned) ?? reckoned;
}

/** This many letters fit in one line. For longer texts only the page knows how many lines they take. */
const oneLineLetters = 40;

/** Whether an item that looks the same has been drawn, so that this one need not be measured before it is placed. */
export function isHeightKnown(item: ThreadItem): boolean {
  const words = item.kind === 'message' ? item.message.text : null;
  return words !== null && words.length <= oneLineLetters && measured.has(reckonedHeight(item));
}

export function learnHeight(item: ThreadItem, heightPx: number): void {
  measured.set(reckonedHeight(item), heightPx);
}

function reckonedHeight(item: ThreadItem): number {
  switch (item.kind) {
    case 'day':
      return 34;
    case 'note':
      return 50 + linesOf(item.message.text);
    case 'outbox':
      return 60 + linesOf(item.item.text);
    case 'message': {
      const { message, isFirst, isLast } = item;
      return (isFirst ? 12 : 3) + (isLast ? 20 : 0) + 16 + linesOf(message.text) + besidesWords(message);
    }
  }
}

function besidesWords(message: Message): number {
  const head = message.kind === 'text' || message.kind === 'attachment' ? 0 : 30;
  const quote = message.replyTo === null ? 0 : 46;
  const marks = [message.editedAt, message.hiddenAt, message.reaction].filter((mark) => mark !== null).length * 18;
  const fate = message.state === 'failed' || message.state === 'unconfirmed' || message.state === 'queued' ? 64 : 0;
  return head + quote + marks + fate + message.attachments.length * 72;
}

const lineHeight = 20.3;
const lettersPerLine = 72;

function linesOf(words: string | null): number {
  if (words === null || words === '') return 0;
  let lines = 0;
  for (const line of words.split('\n')) lines += Math.max(1, Math.ceil(line.length / lettersPerLine));
  return lines * lineHeight;
}
