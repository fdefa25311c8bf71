import type { DraftTab } from '../../contract/views.ts';
import { useCompose } from '../desk-context.tsx';
import type { ComposerState } from '../display/composer-state.ts';
import { Button } from '../parts/button.tsx';
import { interruptionOf, isSubmitting } from '../stores/compose-state.ts';
import { text } from '../text/spoken.ts';

type SendButtonProps = {
  readonly state: ComposerState;
  readonly mode: DraftTab;
  readonly maySend: boolean;
  readonly submit: () => void;
};

export function SendButton({ state, mode, maySend, submit }: SendButtonProps) {
  const isUnderWay = useCompose(isSubmitting);
  const isGuarded = useCompose((held) => interruptionOf(held)?.kind === 'wrote_again');
  return (
    <Button
      look={state.kind === 'human_agent' ? 'person' : 'primary'}
      command="send"
      disabled={!maySend && state.kind !== 'claimed'}
      data-testid="send"
      onClick={submit}
    >
      {sendLabel(state, mode, isUnderWay, isGuarded)}
    </Button>
  );
}

function sendLabel(state: ComposerState, mode: DraftTab, isUnderWay: boolean, isGuarded: boolean): string {
  if (isUnderWay) return text.composer.submitting;
  if (state.kind === 'claimed') return state.mayTakeOver ? text.composer.takeOver : text.composer.ask(state.by);
  if (isGuarded) return text.composer.read;
  if (state.kind === 'offline' || state.kind === 'unknown_time' || state.kind === 'reauth') return text.composer.queue;
  if (state.kind === 'human_agent') return text.composer.sendAsPerson;
  return text.composer.send[mode];
}
