import type { Row } from '../../contract/views.ts';
import type { Desk } from '../desk.ts';
import { useDesk } from '../desk-context.tsx';
import type { ComposerState } from '../display/composer-state.ts';
import { interruptionOf, typed } from '../stores/compose-state.ts';
import { text } from '../text/spoken.ts';

type Send = {
  /** What the button and its key do: send or, where a colleague has the conversation, ask them or take over. */
  readonly submit: () => void;
  /** The person lets somebody else's answer stand. */
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
    // The conversation in which it was written is no longer on screen.
    if (outcome?.kind === 'refused') {
      const { reason } = outcome;
      view.getState().say({ words: () => text.composer.notSent(reason()), conversationId: row.id });
    }
    return;
  }
  // The easy answer to "send yours too?" is no, even when the same keys are pressed again.
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

/** If the person has moved on to the list meanwhile, their next key must not end up in the field. */
function backToField({ focus }: Desk): void {
  if (document.activeElement === document.body || focus.isActive('composer')) focus.focus('composer');
}
