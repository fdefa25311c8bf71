import {
  CircleDashed,
  Clock,
  CloudOff,
  Lock,
  MessageSquareLock,
  RefreshCw,
  StickyNote,
  UserRound,
  UserRoundX,
} from 'lucide-react';
import type { ReactNode } from 'react';
import type { Row } from '../../contract/views.ts';
import type { ComposerState } from '../desk/composer-state.ts';
import { assertNever } from '../desk/never.ts';
import { clockTime, duration, moment } from '../desk/when.ts';
import { useClock, useWatched } from '../desk-context.tsx';
import { text } from '../text/en.ts';
import css from './composer-bar.module.css';

type ComposerBarProps = { readonly state: ComposerState; readonly row: Row; readonly name: string };

/** One line above the field: what may be done now, and why not more. */
export function ComposerBar({ state, row, name }: ComposerBarProps) {
  const words = useClock(({ now }) => barWords(state, row, name, now));
  useWatched('expiresAt' in state ? state.expiresAt : null);
  const { sign, tone } = looks(state, isAnswered(row));
  return (
    <p id="composer-bar" className={`${css.bar} ${css[tone]}`} data-testid="composer-bar">
      {sign}
      <span>{words}</span>
    </p>
  );
}

/** Nobody waits: until when one may write is good to know, and no duty. */
const isAnswered = (row: Row): boolean => row.state !== 'needs_answer';

function barWords(state: ComposerState, row: Row, name: string, now: number | null): string {
  const bar = text.composer.bar;
  const left = (at: number) => duration(now === null ? 0 : at - now);
  switch (state.kind) {
    case 'open':
      return (isAnswered(row) ? bar.answered : bar.open)(moment(state.expiresAt, now), left(state.expiresAt));
    case 'human_agent':
      return bar.human_agent(left(state.expiresAt));
    case 'private_reply':
      return bar.private_reply(left(state.expiresAt));
    case 'private_reply_used':
      return bar.private_reply_used(moment(state.usedAt, now));
    case 'private_reply_on_its_way':
      return bar.private_reply_on_its_way;
    case 'note':
      return bar.note;
    case 'offline':
      return state.expiresAt === null ? bar.offline : bar.offlineUntil(moment(state.expiresAt, now));
    case 'unknown_time':
      return bar.unknown_time;
    case 'reauth':
      return bar.reauth(text.channel[row.channel]);
    case 'claimed':
      return bar.claimed(state.by, clockTime(state.until));
    case 'closed':
      return closedWords(state.endedAt === null ? null : moment(state.endedAt, now), row, name);
    case 'not_started':
      return bar.not_started(name);
    case 'unreachable':
      return bar.unreachable(name);
    case 'disconnected':
      return bar.disconnected(text.channel[row.channel]);
    case 'erased':
      return bar.erased;
    case 'viewer':
      return bar.viewer;
    case 'plan':
      return bar.plan;
    case 'refused':
      return state.detail;
    default:
      return assertNever(state);
  }
}

/** "It opens again when they write" is no help to somebody who sees that they just did. */
function closedWords(at: string | null, row: Row, name: string): string {
  const hope = row.lastMessage?.direction === 'inbound' ? text.composer.opensOnceMore : text.composer.opensAgain;
  return `${at === null ? text.composer.closed : text.composer.closedAt(at)} ${hope(name)}`;
}

type Tone = 'calm' | 'amber' | 'red' | 'violet' | 'grey' | 'yellow';

function looks(state: ComposerState, isAnswered: boolean): { readonly sign: ReactNode; readonly tone: Tone } {
  const size = 15;
  switch (state.kind) {
    case 'open':
      return {
        sign: <Clock size={size} aria-hidden="true" />,
        tone: isAnswered || state.urgency === 'calm' ? 'calm' : state.urgency === 'closing' ? 'amber' : 'red',
      };
    case 'human_agent':
      return { sign: <UserRound size={size} aria-hidden="true" />, tone: 'violet' };
    case 'private_reply':
      return { sign: <MessageSquareLock size={size} aria-hidden="true" />, tone: 'calm' };
    case 'note':
      return { sign: <StickyNote size={size} aria-hidden="true" />, tone: 'yellow' };
    case 'private_reply_on_its_way':
      return { sign: <Clock size={size} aria-hidden="true" />, tone: 'grey' };
    case 'offline':
      return { sign: <CloudOff size={size} aria-hidden="true" />, tone: 'amber' };
    case 'unknown_time':
      return { sign: <CircleDashed size={size} aria-hidden="true" />, tone: 'calm' };
    case 'reauth':
      return { sign: <RefreshCw size={size} aria-hidden="true" />, tone: 'amber' };
    case 'claimed':
      return { sign: <UserRound size={size} aria-hidden="true" />, tone: 'amber' };
    case 'unreachable':
      return { sign: <UserRoundX size={size} aria-hidden="true" />, tone: 'grey' };
    case 'disconnected':
      return { sign: <RefreshCw size={size} aria-hidden="true" />, tone: 'red' };
    case 'closed':
    case 'erased':
    case 'not_started':
    case 'plan':
    case 'private_reply_used':
    case 'refused':
    case 'viewer':
      return { sign: <Lock size={size} aria-hidden="true" />, tone: 'grey' };
  }
}
