import type { Row } from '../../contract/views.ts';
import { sentence } from '../text/sentence.ts';
import { text } from '../text/spoken.ts';
import type { ComposerState } from './composer-state.ts';
import { shortName, whoIs } from './contact-name.ts';
import { assertNever } from './never.ts';
import { clockTime, duration, moment, momentAt } from './when.ts';

/** What may be written now, or why nothing may. */
export function barWords(state: ComposerState, row: Row, now: number | null): string {
  const bar = text.composer.bar;
  const name = shortName(whoIs(row));
  const left = (at: number) => duration(now === null ? 0 : at - now);
  switch (state.kind) {
    case 'open':
      return barOf(row)(moment(state.expiresAt, now), left(state.expiresAt));
    case 'human_agent':
      return bar.human_agent(left(state.expiresAt));
    case 'private_reply':
      return bar.private_reply(left(state.expiresAt));
    case 'private_reply_used':
      return bar.private_reply_used(momentAt(state.usedAt, now));
    case 'private_reply_on_its_way':
      return bar.private_reply_on_its_way;
    case 'note':
      return bar.note;
    case 'offline':
      return state.expiresAt === null ? bar.offline : bar.offlineUntil(moment(state.expiresAt, now));
    case 'unknown_time':
      return bar.unknown_time;
    case 'unlinked':
      return bar.unlinked;
    case 'not_known':
      return bar.not_known;
    case 'reauth':
      return bar.reauth(text.channel(row.channel));
    case 'claimed':
      return bar.claimed(state.by, clockTime(state.until));
    case 'closed':
      return closedWords(state.endedAt, now);
    case 'not_started':
      return bar.not_started(name);
    case 'unreachable':
      return bar.unreachable(name);
    case 'disconnected':
      return bar.disconnected(text.channel(row.channel));
    case 'erased':
      return bar.erased;
    case 'viewer':
      return bar.viewer;
    case 'plan':
      return bar.plan(text.channel(row.channel));
    case 'refused':
      return sentence(state.refusal);
    default:
      return assertNever(state);
  }
}

function barOf(row: Row) {
  const { bar } = text.composer;
  if (row.state === 'done') return bar.done;
  return isNobodyWaiting(row) ? bar.answered : bar.open;
}

/** Nobody waits: the deadline is good to know, but no duty. */
export const isNobodyWaiting = (row: Row): boolean => row.state !== 'needs_answer';

const closedWords = (endedAt: number | null, now: number | null): string =>
  endedAt === null ? text.composer.closed : text.composer.closedAt(momentAt(endedAt, now));

/** "It opens again when they write" is no help to somebody who sees that they just did. */
export function hopeWords(row: Row): string {
  const hope = row.lastMessage?.direction === 'inbound' ? text.composer.opensOnceMore : text.composer.opensAgain;
  return hope(shortName(whoIs(row)));
}
