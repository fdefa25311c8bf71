import { type RefObject, useEffect, useState } from 'react';
import { useDesk, useSearch } from '../desk-context.tsx';
import { text } from '../text/spoken.ts';
import { ChoiceGroup } from './choices.tsx';
import css from './search-dialog.module.css';
import { SearchField } from './search-field.tsx';
import { SearchFoot } from './search-foot.tsx';
import { useChoices } from './use-choices.ts';
import { useChoose } from './use-choose.ts';
import { useEnter } from './use-enter.ts';

type SearchPanelProps = { readonly field: RefObject<HTMLInputElement | null>; readonly withCommands: boolean };

export function SearchPanel({ field, withCommands }: SearchPanelProps) {
  const { search } = useDesk();
  const query = useSearch((state) => state.query);
  const [cursor, setCursor] = useState(0);
  const choices = useChoices(query, withCommands);
  const at = Math.min(cursor, Math.max(0, choices.length - 1));
  const choose = useChoose();
  const enter = useEnter(choices, at, choose);
  // What was found last time may have changed since.
  useEffect(() => search.getState().ask(search.getState().query), [search]);
  return (
    <>
      <SearchField
        ref={field}
        query={query}
        chosen={choices.length === 0 ? null : at}
        step={(by) => setCursor(Math.max(0, Math.min(choices.length - 1, at + by)))}
        enter={enter}
        ask={(words) => {
          setCursor(0);
          search.getState().ask(words);
        }}
      />
      {choices.length === 0 ? null : (
        <div id="search-choices" role="listbox" aria-label={text.search.title} className={css.choices}>
          {(['command', 'hit'] as const).map((kind) => (
            <ChoiceGroup key={kind} kind={kind} choices={choices} chosen={at} choose={choose} />
          ))}
        </div>
      )}
      <SearchFoot isEmpty={choices.length === 0} />
    </>
  );
}
