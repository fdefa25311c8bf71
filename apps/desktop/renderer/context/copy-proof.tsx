import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useThread } from '../desk-context.tsx';
import { text } from '../text/spoken.ts';
import css from './context-panel.module.css';
import { openingMessage } from './opening-message.ts';

/** How long the button says that it has copied. */
const copiedMs = 2_000;

/** Meta's own id of the message that opened the window: which its support asks for. Shown only if the message is held here. */
export function CopyProof({ openedBy }: { readonly openedBy: string | null }) {
  const nativeId = useThread((state) => openingMessage(state.messages, openedBy)?.nativeMessageId ?? null);
  const [outcome, setOutcome] = useState<'copied' | 'failed' | null>(null);
  useEffect(() => {
    if (outcome === null) return undefined;
    const timer = setTimeout(() => setOutcome(null), copiedMs);
    return () => clearTimeout(timer);
  }, [outcome]);
  if (nativeId === null) return null;
  const copy = () =>
    navigator.clipboard.writeText(nativeId).then(
      () => setOutcome('copied'),
      () => setOutcome('failed'),
    );
  return (
    <>
      <button type="button" className={css.link} data-testid="copy-proof" onClick={() => void copy()}>
        {outcome === null ? text.context.copyProof : text.context.copyOutcome[outcome]}
        {outcome === 'copied' ? <Check size={12} aria-hidden="true" /> : <Copy size={12} aria-hidden="true" />}
      </button>
      <output className="heard">{outcome === null ? '' : text.context.copyOutcome[outcome]}</output>
    </>
  );
}
