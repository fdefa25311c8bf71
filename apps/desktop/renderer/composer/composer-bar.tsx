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
import { useClock, useWatched } from '../desk-context.tsx';
import { barWords, hopeWords, isNobodyWaiting } from '../display/bar-words.ts';
import { type ComposerState, canType } from '../display/composer-state.ts';
import { text } from '../text/spoken.ts';
import css from './composer-bar.module.css';

type ComposerBarProps = { readonly state: ComposerState; readonly row: Row; readonly hasWords: boolean };

/** One line above the field: what may be done now, and why not more. */
export function ComposerBar({ state, row, hasWords }: ComposerBarProps) {
  const words = useClock(({ now }) => barWords(state, row, now));
  useWatched('expiresAt' in state ? state.expiresAt : null);
  const { sign, tone } = looks(state, isNobodyWaiting(row));
  return (
    <p id="composer-bar" className={`${css.bar} ${css[tone]}`} data-testid="composer-bar">
      {sign}
      <span>
        {state.kind === 'closed' ? `${words} ${hopeWords(row)}` : words}
        {hasWords && !canType(state) ? ` ${text.composer.kept}` : null}
      </span>
    </p>
  );
}

type Tone = 'calm' | 'amber' | 'red' | 'violet' | 'grey' | 'yellow';

function looks(state: ComposerState, isNobodyWaiting: boolean): { readonly sign: ReactNode; readonly tone: Tone } {
  const size = 15;
  switch (state.kind) {
    case 'open':
      return {
        sign: <Clock size={size} aria-hidden="true" />,
        tone: isNobodyWaiting || state.urgency === 'calm' ? 'calm' : state.urgency === 'closing' ? 'amber' : 'red',
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
    case 'unlinked':
      return { sign: <CloudOff size={size} aria-hidden="true" />, tone: 'amber' };
    case 'not_known':
      return { sign: <CircleDashed size={size} aria-hidden="true" />, tone: 'grey' };
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
