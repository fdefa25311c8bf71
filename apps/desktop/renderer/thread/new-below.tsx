import { ArrowDown } from 'lucide-react';
import { text } from '../text/spoken.ts';
import css from './new-below.module.css';

/** Says that something arrived below while the person reads above; a press goes there. */
export function NewBelow({ count, onPress }: { readonly count: number; readonly onPress: () => void }) {
  return (
    <button type="button" className={css.pill} data-testid="new-below" onClick={onPress}>
      <ArrowDown size={14} aria-hidden="true" />
      {text.thread.newBelow(count)}
    </button>
  );
}
