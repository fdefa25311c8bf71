import type { Row } from '../../contract/views.ts';
import type { Desk } from '../desk.ts';
import { useDesk } from '../desk-context.tsx';
import type { ComposerState } from '../display/composer-state.ts';
import { interruptionOf, typed } from '../stores/compose-state.ts';
import { text } from '../text/spoken.ts';

type Send = {
  /** What the button and its key do: sends, or where a colleague has the conversation, asks them or takes over. */
  readonly submit: () => void;
  /** The person leaves it at what somebody else answered. */
  readonly keep: () => void;
};

export function useSend(row: Row, state: ComposerState, maySend: boolean): Send {
  const desk = useDesk();
  const { compose, focus } = desk;
  return {
    submit: () => void (state.kind === 'claimed' ? askOrTakeOver(desk, row, state) : send(desk, row, maySend)),
    keep: () => {
      compose.getState().keepUnsent();
      focus.focus('composer');
    },
  };
}

async function send(desk: Desk, row: Row, maySend: boolean): Promise<void> {
  const { compose, view, focus } = desk;
  const commentId = row.window.comment?.messageId ?? null;
  const outcome = maySend ? await compose.getState().submit({ commentId }) : null;
  if (view.getState().openId !== row.id) {
    // Where it was written nobody looks now.
    if (outcome?.kind === 'refused') {
      const { reason } = outcome;
      view.getState().say({ words: () => text.composer.notSent(reason()), conversationId: row.id });
    }
    return;
  }
  // The easy answer to "send yours too?" is no, even for a hand that presses the same keys again.
  if (interruptionOf(compose.getState())?.kind === 'answered') focus.focus('keep-unsent');
  else backToField(desk);
}

async function askOrTakeOver(
  desk: Desk,
  row: Row,
  { by, mayTakeOver }: ComposerState & { readonly kind: 'claimed' },
): Promise<void> {
  const { compose, act } = desk;
  if (mayTakeOver) await act('take_over', row.id);
  else {
    compose.getState().setMode('note');
    if (typed(compose.getState()).trim() === '') compose.getState().setText(text.composer.askNote(by));
  }
  backToField(desk);
}

/** Whoever has gone on to the list meanwhile must not type the next key into the field. */
function backToField({ focus }: Desk): void {
  if (document.activeElement === document.body || focus.isActive('composer')) focus.focus('composer');
}
