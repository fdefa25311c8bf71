import { Search } from 'lucide-react';
import type { KeyboardEvent, RefObject } from 'react';
import { text } from '../text/spoken.ts';
import css from './search-dialog.module.css';

type SearchFieldProps = {
  readonly ref: RefObject<HTMLInputElement | null>;
  readonly query: string;
  /** The choice that Enter would take; null where there is none. */
  readonly chosen: number | null;
  readonly ask: (query: string) => void;
  readonly step: (by: 1 | -1) => void;
  readonly enter: () => void;
};

export function SearchField({ ref, query, chosen, ask, step, enter }: SearchFieldProps) {
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return;
    const isPalette = event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey);
    if (isPalette) event.currentTarget.select();
    else if (event.key === 'ArrowDown') step(1);
    else if (event.key === 'ArrowUp') step(-1);
    else if (event.key === 'Enter') enter();
    else return;
    event.preventDefault();
  };
  return (
    <div className={css.bar}>
      <Search size={18} aria-hidden="true" />
      <input
        ref={ref}
        className={css.input}
        type="text"
        role="combobox"
        aria-expanded={chosen !== null}
        aria-controls={chosen === null ? undefined : 'search-choices'}
        aria-activedescendant={chosen === null ? undefined : `choice-${chosen}`}
        aria-label={text.search.title}
        placeholder={text.search.placeholder}
        data-testid="search-field"
        spellCheck={false}
        maxLength={200}
        value={query}
        onChange={(event) => ask(event.target.value)}
        onKeyDown={onKeyDown}
      />
    </div>
  );
}
