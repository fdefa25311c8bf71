import { type Message, minuteMs } from '@transom/shared';
import { dayOf } from './when.ts';

/** Consecutive messages of one sender, each within five minutes of the one before and as far on its way, stand together. */
export const groupWithinMs = 5 * minuteMs;

export type BubbleGroup = {
  readonly key: string;
  readonly side: 'them' | 'us' | 'note';
  readonly author: string | null;
  readonly messages: readonly Message[];
};
export type ThreadDay = { readonly key: string; readonly at: number; readonly groups: readonly BubbleGroup[] };

/** `messages` are oldest first. */
export function groupBubbles(messages: readonly Message[]): ThreadDay[] {
  const days: {
    key: string;
    at: number;
    groups: { key: string; side: BubbleGroup['side']; author: string | null; messages: Message[] }[];
  }[] = [];
  for (const message of messages) {
    const key = dayOf(message.sentAt);
    let day = days.at(-1);
    if (day?.key !== key) {
      day = { key, at: message.sentAt, groups: [] };
      days.push(day);
    }
    const side = sideOf(message);
    const author = message.author?.name ?? (message.origin === 'elsewhere' ? 'elsewhere' : null);
    const group = day.groups.at(-1);
    const before = group?.messages.at(-1);
    const isSame =
      group !== undefined &&
      before !== undefined &&
      group.side === side &&
      group.author === author &&
      before.state === message.state;
    if (isSame && side !== 'note' && message.sentAt - before.sentAt <= groupWithinMs) group.messages.push(message);
    else day.groups.push({ key: message.id, side, author, messages: [message] });
  }
  return days;
}

function sideOf(message: Message): BubbleGroup['side'] {
  if (message.direction === 'note') return 'note';
  return message.direction === 'inbound' ? 'them' : 'us';
}
