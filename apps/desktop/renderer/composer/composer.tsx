import { maxTextLength } from '@transom/shared';
import { type KeyboardEvent, useRef } from 'react';
import type { DraftTab, Row } from '../../contract/views.ts';
import { type ComposerState, canSend, canType, composerModes } from '../desk/composer-state.ts';
import { shortName, whoIs } from '../desk/contact-name.ts';
import { useCompose, useDesk } from '../desk-context.tsx';
import { focusSomewhere } from '../keyboard/panes.ts';
import { Button } from '../parts/button.tsx';
import { interruptionOf, isSubmitting, typed } from '../stores/compose.ts';
import { text } from '../text/en.ts';
import css from './composer.module.css';
import { ComposerBar } from './composer-bar.tsx';
import { Interruptions } from './interruptions.tsx';
import { DraftState, TextMeter, useTextSize } from './text-meter.tsx';
import { useComposerState } from './use-composer-state.ts';

/** Where answers are written. What it may do is one value of `composer-state.ts`; it never claims more than the core stored. */
export function Composer({ row }: { readonly row: Row }) {
  const { compose, act, view } = useDesk();
  const field = useRef<HTMLTextAreaElement>(null);
  const mode = useCompose((state) => state.mode);
  // Once the person is erased, what was typed for them is no longer shown, and the core does not keep it.
  const words = useCompose((state) => (row.erasedAt === null ? typed(state) : ''));
  const isLoaded = useCompose((state) => state.isLoaded);
  const isUnderWay = useCompose(isSubmitting);
  const interruption = useCompose((held) => interruptionOf(held)?.kind ?? null);
  const state = useComposerState(row, mode);
  const commentId = row.window.comment?.messageId ?? null;
  const name = shortName(whoIs(row));
  const isTyping = canType(state);
  const size = useTextSize(row, mode, words);
  const isTooLong = !size.fits;
  const maySend = canSend(state) && isLoaded && !isUnderWay && !isTooLong && words.trim() !== '';

  const submit = async () => {
    if (state.kind === 'claimed') return askOrTakeOver(state);
    const outcome = maySend ? await compose.getState().submit({ commentId }) : null;
    if (view.getState().openId !== row.id) {
      // Where it was written nobody looks now.
      if (outcome?.kind === 'refused')
        view.getState().say({ text: text.composer.notSent(outcome.reason), conversationId: row.id });
      return;
    }
    // The easy answer to "send yours too?" is no, even for a hand that presses the same keys again.
    if (interruptionOf(compose.getState())?.kind === 'answered') document.getElementById('keep-unsent')?.focus();
    else if (isStillHere()) field.current?.focus();
  };
  /** Whoever has gone on to the list meanwhile must not type the next key into the field. */
  const isStillHere = () => {
    const active = document.activeElement;
    return active === document.body || active?.closest('[data-testid="composer-box"]') instanceof Element;
  };
  const askOrTakeOver = async ({ by, mayTakeOver }: ComposerState & { readonly kind: 'claimed' }) => {
    if (mayTakeOver) await act('take_over', row.id);
    else {
      compose.getState().setMode('note');
      if (typed(compose.getState()).trim() === '') compose.getState().setText(text.composer.askNote(by));
    }
    if (isStillHere()) field.current?.focus();
  };
  const keep = () => {
    compose.getState().keepUnsent();
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void submit();
    }
    if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      focusSomewhere(row.id);
    }
  };

  return (
    <section
      className={css.composer}
      aria-label={text.composer.label}
      data-mode={mode}
      data-testid="composer-box"
      data-state={state.kind}
    >
      <div className={css.box}>
        <ModeTabs row={row} mode={mode} />
        <ComposerBar state={state} row={row} hasWords={words !== ''} />
        <Interruptions row={row} name={name} onInsist={() => void submit()} onKeep={keep} />
        <textarea
          ref={field}
          className={css.field}
          data-testid="composer"
          aria-label={text.composer.field[mode]}
          aria-describedby="composer-bar"
          placeholder={
            isTyping ? (mode === 'note' ? text.composer.placeholder.note : text.composer.placeholder[mode](name)) : ''
          }
          dir="auto"
          rows={2}
          value={words}
          // Never disabled: what takes no text still takes the focus, and with it keys that would be commands elsewhere.
          readOnly={!isTyping || isUnderWay}
          maxLength={maxTextLength}
          onChange={(event) => compose.getState().setText(event.target.value)}
          onBlur={() => void compose.getState().flush()}
          onKeyDown={onKeyDown}
        />
        <div className={css.foot}>
          <TextMeter size={size} />
          {row.erasedAt === null ? <DraftState mode={mode} /> : <span className={css.draft} />}
          <Button
            look={state.kind === 'human_agent' ? 'person' : 'primary'}
            command="send"
            disabled={!maySend && state.kind !== 'claimed'}
            data-testid="send"
            onClick={() => void submit()}
          >
            {sendLabel(state, mode, isUnderWay, interruption === 'wrote_again')}
          </Button>
        </div>
      </div>
    </section>
  );
}

function ModeTabs({ row, mode }: { readonly row: Row; readonly mode: DraftTab }) {
  const { compose } = useDesk();
  return (
    <fieldset className={css.tabs} aria-label={text.composer.label}>
      {composerModes(row).map((option) => (
        <button
          key={option}
          type="button"
          className={css.tab}
          aria-pressed={option === mode}
          data-testid={`mode-${option}`}
          onClick={() => compose.getState().setMode(option)}
        >
          {text.composer.mode[option]}
        </button>
      ))}
    </fieldset>
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
