import { claimHolder } from '@transom/shared';
import type { MouseEvent } from 'react';
import type { Row } from '../../contract/views.ts';
import { runCommand } from '../commands/commands.ts';
import { useClock, useDesk, useHandoffs, useSession, useWatched } from '../desk-context.tsx';
import { clockTime } from '../display/when.ts';
import { type Pane } from '../focus/focus-targets.ts';
import { useFocusTarget } from '../focus/use-focus-target.ts';
import { text } from '../text/spoken.ts';
import { Button } from './button.tsx';
import css from './handoff-buttons.module.css';

type HandoffCommand = 'claim' | 'release' | 'resolve' | 'reopen';

type HandoffButtonsProps = {
  readonly row: Row;
  readonly withResolve?: boolean;
  readonly tabIndex?: 0 | -1;
  /** The part of the window whose focus these buttons take first. */
  readonly enters?: Pane;
};

/** Take it, give it back, finish it, open it again: what this person may do now with the handoff of `row`. */
export function HandoffButtons({ row, withResolve = false, tabIndex = 0, enters }: HandoffButtonsProps) {
  const desk = useDesk();
  const target = useFocusTarget(enters ?? null);
  const me = useSession((state) => state.session?.person ?? null);
  const isBusy = useHandoffs((state) => state.busy.has(row.id));
  const holderId = useClock((state) => claimHolder(row.handoff, state.now ?? 0)?.id ?? null);
  useWatched(row.handoff?.claimedUntil ?? null);
  if (me === null || me.role === 'viewer' || row.erasedAt !== null) return null;
  const on = (action: HandoffCommand) => (event: MouseEvent) => {
    event.stopPropagation();
    runCommand(desk, action, { conversationId: row.id });
  };
  const button = (action: HandoffCommand) => (
    <Button ref={target} look="plain" command={action} tabIndex={tabIndex} disabled={isBusy} onClick={on(action)}>
      {text.handoffs[action]}
    </Button>
  );
  if (row.state === 'done') return <span className={css.buttons}>{button('reopen')}</span>;
  if (row.handoff === null || row.handoff.state === 'resolved') return null;
  return (
    <span className={css.buttons}>
      {holderId === null ? button('claim') : null}
      {holderId === me.id ? button('release') : null}
      {withResolve && (holderId === null || holderId === me.id) ? button('resolve') : null}
    </span>
  );
}

/** Who has it and until when, in words. */
export function HandoffFact({ row }: { readonly row: Row }) {
  const meId = useSession((state) => state.session?.person?.id ?? null);
  // Without a trusted time no claim can be said to have run out.
  const holder = useClock((state) => claimHolder(row.handoff, state.now ?? 0)?.id ?? null);
  if (row.handoff === null) return text.handoffs.none;
  const { state, claimedBy, claimedUntil } = row.handoff;
  if (state === 'resolved') return text.handoffs.resolved;
  if (state === 'open' || claimedBy === null || claimedUntil === null) return text.handoffs.open;
  if (holder === null) return text.handoffs.lapsed(claimedBy.name);
  return holder === meId
    ? text.handoffs.claimedByYou(clockTime(claimedUntil))
    : text.handoffs.claimedBy(claimedBy.name, clockTime(claimedUntil));
}
