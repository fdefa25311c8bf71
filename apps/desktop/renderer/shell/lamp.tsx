import { Popover } from '@base-ui/react/popover';
import { useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { useOutbox, useSession } from '../desk-context.tsx';
import { lampOf } from '../display/lamp-state.ts';
import { text } from '../text/spoken.ts';
import css from './lamp.module.css';
import { LampFacts } from './lamp-facts.tsx';

/** The lamp has a shape for each tone, so that it can be read without color. */
export function Lamp() {
  const hasHeld = useOutbox(({ held }) => held.length > 0);
  const { state, tone } = useSession(useShallow(({ session, isLinked }) => lampOf(session, isLinked, hasHeld)));
  const [isOpen, setIsOpen] = useState(false);
  return (
    <Popover.Root open={isOpen} onOpenChange={setIsOpen}>
      <Popover.Trigger
        className={css.trigger}
        aria-label={text.lamp.label(text.lamp.state[state])}
        data-testid="lamp"
        data-tone={tone}
        data-relay={state}
      >
        <svg className={css.lamp} viewBox="0 0 16 16" aria-hidden="true">
          {tone === 'fine' ? <circle cx="8" cy="8" r="5" className={css.full} /> : null}
          {tone === 'delayed' ? <path d="M8 3a5 5 0 0 1 0 10z M8 3a5 5 0 0 0 0 10" className={css.half} /> : null}
          {tone === 'offline' ? <circle cx="8" cy="8" r="4.2" className={css.hollow} /> : null}
          {tone === 'needs_you' ? <path d="M8 2.2 14.4 13.4H1.6z" className={css.full} /> : null}
        </svg>
        <span className={css.word}>{text.lamp.state[state]}</span>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner side="right" align="end" sideOffset={10} className={css.positioner}>
          <Popover.Popup className={css.popup} data-testid="lamp-facts">
            <Popover.Title className={css.title}>{text.lamp.title}</Popover.Title>
            <LampFacts state={state} close={() => setIsOpen(false)} />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
