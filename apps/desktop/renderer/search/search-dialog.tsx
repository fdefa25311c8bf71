import { Dialog } from '@base-ui/react/dialog';
import { lanes } from '@transom/shared';
import { Search } from 'lucide-react';
import { type KeyboardEvent, type RefObject, useEffect, useEffectEvent, useRef, useState } from 'react';
import type { SearchHit } from '../../contract/views.ts';
import { useDesk, useInbox, useSearch, useView } from '../desk-context.tsx';
import { focusOpened } from '../keyboard/keep-focus.ts';
import { shortcuts } from '../keyboard/keymap.ts';
import { runCommand } from '../keyboard/use-keyboard.ts';
import { text } from '../text/en.ts';
import { type Choice, ChoiceGroup } from './choices.tsx';
import css from './search-dialog.module.css';

/** Commands that make sense from the palette; moving through the list does not. */
const offered = shortcuts
  .map(({ command }) => command)
  .filter((command) => !['next', 'previous', 'open', 'send', 'search', 'palette'].includes(command));

export function SearchDialog() {
  const { view } = useDesk();
  const dialog = useView((state) => state.dialog);
  const isOpen = dialog === 'search' || dialog === 'palette';
  const field = useRef<HTMLInputElement>(null);
  // The last search is still there: it can be read again, and typing replaces it.
  const focusField = () => {
    field.current?.select();
    return field.current;
  };
  return (
    <Dialog.Root open={isOpen} onOpenChange={(open) => (open ? undefined : view.getState().setDialog(null))}>
      <Dialog.Portal>
        <Dialog.Backdrop className={css.backdrop} />
        <Dialog.Popup
          initialFocus={focusField}
          className={css.popup}
          aria-label={text.search.title}
          data-testid="search-dialog"
        >
          <SearchPanel field={field} withCommands={dialog === 'palette'} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

type SearchPanelProps = { readonly field: RefObject<HTMLInputElement | null>; readonly withCommands: boolean };

function SearchPanel({ field, withCommands }: SearchPanelProps) {
  const desk = useDesk();
  const query = useSearch((state) => state.query);
  const hits = useSearch((state) => state.hits);
  const isAnswered = useSearch((state) => state.answered === state.query);
  const [cursor, setCursor] = useState(0);
  const words = query.trim().toLocaleLowerCase();
  const commands =
    withCommands || words !== ''
      ? offered.filter((command) => text.command[command].toLocaleLowerCase().includes(words))
      : [];
  const choices: readonly Choice[] = [
    ...commands.map((command): Choice => ({ kind: 'command', command })),
    ...hits.map((hit): Choice => ({ kind: 'hit', hit })),
  ];
  const at = Math.min(cursor, Math.max(0, choices.length - 1));

  const choose = (choice: Choice | undefined) => {
    if (choice === undefined) return;
    desk.view.getState().setDialog(null);
    if (choice.kind === 'command') runCommand(desk, choice.command);
    else {
      const { conversationId } = choice.hit;
      void desk.open(conversationId, focusOf(choice.hit)).then(() => focusOpened(desk, conversationId));
    }
  };
  // What was found last time may have changed since.
  useEffect(() => desk.search.getState().ask(desk.search.getState().query), [desk]);
  const enterInAdvance = useEnterInAdvance(isAnswered, words, () => choose(choices[0]));
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      event.currentTarget.select();
      return;
    }
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0 && event.key !== 'Enter') return;
    event.preventDefault();
    if (event.key !== 'Enter') setCursor(Math.max(0, Math.min(choices.length - 1, at + step)));
    else if (isAnswered || words === '' || choices[at]?.kind === 'command') choose(choices[at]);
    else enterInAdvance();
  };

  return (
    <>
      <div className={css.bar}>
        <Search size={18} aria-hidden="true" />
        <input
          ref={field}
          className={css.input}
          type="text"
          role="combobox"
          aria-expanded={choices.length > 0}
          aria-controls={choices.length > 0 ? 'search-choices' : undefined}
          aria-activedescendant={choices.length > 0 ? `choice-${at}` : undefined}
          aria-label={text.search.title}
          placeholder={text.search.placeholder}
          data-testid="search-field"
          spellCheck={false}
          maxLength={200}
          value={query}
          onChange={(event) => {
            setCursor(0);
            desk.search.getState().ask(event.target.value);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
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

function SearchFoot({ isEmpty }: { readonly isEmpty: boolean }) {
  const { query, answered, isFailed, hits } = useSearch((state) => state);
  const total = useInbox(({ counts }) => (counts === null ? 0 : lanes.reduce((sum, lane) => sum + counts[lane], 0)));
  const isAnswered = answered !== null && answered === query;
  const words = !isAnswered
    ? text.search.hint
    : isFailed
      ? text.search.failed
      : hits.length === 0
        ? text.search.none(query, total)
        : text.search.count(hits.length);
  return (
    <output className={isEmpty ? css.nothing : css.foot} data-testid="search-status">
      {words}
    </output>
  );
}

function focusOf({ messageId, sentAt }: SearchHit) {
  return messageId === null ? null : { messageId, sentAt };
}

/** Who types a name and Enter in one go means what will be found, not what the letters before it found. */
function useEnterInAdvance(isAnswered: boolean, words: string, choose: () => void): () => void {
  const pressedFor = useRef<string | null>(null);
  const answer = useEffectEvent(() => {
    const isMeant = pressedFor.current === words;
    pressedFor.current = null;
    if (isMeant) choose();
  });
  useEffect(() => {
    if (isAnswered) answer();
  }, [isAnswered]);
  return () => {
    pressedFor.current = words;
  };
}
