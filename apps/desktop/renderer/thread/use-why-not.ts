import type { Row } from '../../contract/views.ts';
import { type ComposerMode, type ComposerState, canSend, canType, composerState } from '../desk/composer-state.ts';
import { shortName, whoIs } from '../desk/contact-name.ts';
import { clockTime, moment } from '../desk/when.ts';
import { useClock, useSession, useThread } from '../desk-context.tsx';
import { text } from '../text/en.ts';

/** Why the open conversation takes no text (`typing`) or sends none (`sending`) now, as its composer says it; null when it does. */
export function useWhyNot(mode: ComposerMode, needs: 'typing' | 'sending'): string | null {
  const row = useThread((state) => state.row);
  const session = useSession((state) => state.session);
  const isLinked = useSession((state) => state.isLinked);
  const account = useSession((state) => (row === null ? null : state.accountOf(row.accountId)));
  return useClock(({ now }) => {
    const person = session?.person ?? null;
    const agency = session?.agency ?? null;
    if (row === null || account === null || session === null || person === null || agency === null) return null;
    const relay = isLinked ? session.connection.relay : 'offline';
    const state = composerState(mode, { row, account, person, plan: agency.plan, relay, now });
    return (needs === 'typing' ? canType(state) : canSend(state)) ? null : whyNot(state, row, now);
  });
}

function whyNot(state: ComposerState, row: Row, now: number | null): string | null {
  const { bar } = text.composer;
  const name = shortName(whoIs(row));
  switch (state.kind) {
    case 'closed':
      return state.endedAt === null ? text.composer.closed : text.composer.closedAt(moment(state.endedAt, now));
    case 'private_reply_used':
      return bar.private_reply_used(moment(state.usedAt, now));
    case 'claimed':
      return bar.claimed(state.by, clockTime(state.until));
    case 'not_started':
      return bar.not_started(name);
    case 'unreachable':
      return bar.unreachable(name);
    case 'disconnected':
      return bar.disconnected(text.channel[row.channel]);
    case 'erased':
    case 'viewer':
    case 'plan':
      return bar[state.kind];
    case 'refused':
      return state.detail;
    default:
      return null;
  }
}
