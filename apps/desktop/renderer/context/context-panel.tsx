import { X } from 'lucide-react';
import { memo } from 'react';
import { useSpeech, useThread, useView } from '../desk-context.tsx';
import { useFocusPart, useFocusTarget } from '../focus/use-focus-target.ts';
import { CommandButton } from '../parts/button.tsx';
import { text } from '../text/spoken.ts';
import css from './context-panel.module.css';
import { HandoffPart } from './handoff-part.tsx';
import { LeadPart } from './lead-part.tsx';
import { SourcePart } from './source-part.tsx';
import { WindowPart } from './window-part.tsx';

/** What the head of the thread does not show: what they want, where they come from, what the countdown is based on, and who has it. */
export function ContextPanel() {
  const part = useFocusPart('details');
  const openId = useView((state) => state.openId);
  const row = useThread((state) => state.row);
  // While passing through the list, the previous thread is still held: nobody may act on that one.
  if (row === null || row.id !== openId)
    return <aside ref={part} className={css.panel} aria-label={text.context.label} />;
  return (
    <aside ref={part} className={css.panel} aria-label={text.context.label} data-testid="context">
      <Head />
      <LeadPart row={row} />
      <SourcePart row={row} />
      {row.erasedAt === null ? <WindowPart row={row} /> : null}
      <HandoffPart row={row} />
    </aside>
  );
}

const Head = memo(function Head() {
  useSpeech();
  // The handoff's buttons take the focus first.
  const target = useFocusTarget('details', 1);
  return (
    <header className={css.head}>
      <h2 className={css.heading}>{text.context.label}</h2>
      <CommandButton ref={target} command="context" label={text.context.close}>
        <X size={18} aria-hidden="true" />
      </CommandButton>
    </header>
  );
});
