import { Dialog } from '@base-ui/react/dialog';
import { Search } from 'lucide-react';
import { type KeyboardEvent, useState } from 'react';
import type { SearchHit } from '../../contract/views.ts';
import { contactName } from '../desk/contact-name.ts';
import { markedParts } from '../desk/marked-parts.ts';
import { age } from '../desk/when.ts';
import { useClock, useDesk, useSearch, useView } from '../desk-context.tsx';
import { type CommandName, shortcuts } from '../keyboard/keymap.ts';
import { runCommand } from '../keyboard/use-keyboard.ts';
import { Keys } from '../parts/button.tsx';
import { text } from '../text/en.ts';
import css from './search-dialog.module.css';

/** Commands that make sense from the palette; moving through the list does not. */
const offered = shortcuts
  .map(({ command }) => command)
  .filter((command) => !['next', 'previous', 'open', 'send', 'search', 'palette'].includes(command));

type Choice =
  | { readonly kind: 'command'; readonly command: CommandName }
  | { readonly kind: 'hit'; readonly hit: SearchHit };

export function SearchDialog() {
  const { view } = useDesk();
  const dialog = useView((state) => state.dialog);
  const isOpen = dialog === 'search' || dialog === 'palette';
  return (
    <Dialog.Root open={isOpen} onOpenChange={(open) => (open ? undefined : view.getState().setDialog(null))}>
      <Dialog.Portal>
        <Dialog.Backdrop className={css.backdrop} />
        <Dialog.Popup className={css.popup} aria-label={text.search.title} data-testid="search-dialog">
          <SearchPanel withCommands={dialog === 'palette'} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function SearchPanel({ withCommands }: { readonly withCommands: boolean }) {
  const desk = useDesk();
  const query = useSearch((state) => state.query);
  const hits = useSearch((state) => state.hits);
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
    else void desk.open(choice.hit.conversationId, focusOf(choice.hit));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0 && event.key !== 'Enter') return;
    event.preventDefault();
    if (event.key === 'Enter') choose(choices[at]);
    else setCursor(Math.max(0, Math.min(choices.length - 1, at + step)));
  };

  return (
    <>
      <div className={css.bar}>
        <Search size={18} aria-hidden="true" />
        <input
          className={css.input}
          type="text"
          role="combobox"
          aria-expanded="true"
          aria-controls="search-choices"
          aria-activedescendant={`choice-${at}`}
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
          // The last search is still there: it can be read again, and typing replaces it.
          onFocus={(event) => event.target.select()}
          onKeyDown={onKeyDown}
        />
      </div>
      <div id="search-choices" role="listbox" aria-label={text.search.title} className={css.choices}>
        {choices.map((choice, index) => (
          <ChoiceRow
            key={choiceKey(choice)}
            choice={choice}
            index={index}
            isChosen={index === at}
            isFirst={choices[index - 1]?.kind !== choice.kind}
            choose={choose}
          />
        ))}
      </div>
      <SearchFoot isEmpty={choices.length === 0} />
    </>
  );
}

type ChoiceRowProps = {
  readonly choice: Choice;
  readonly index: number;
  readonly isChosen: boolean;
  readonly isFirst: boolean;
  readonly choose: (choice: Choice) => void;
};

function ChoiceRow({ choice, index, isChosen, isFirst, choose }: ChoiceRowProps) {
  const now = useClock((state) => state.now);
  return (
    <>
      {isFirst ? (
        <p className={css.group}>{choice.kind === 'command' ? text.search.commands : text.search.hits}</p>
      ) : null}
      <div
        id={`choice-${index}`}
        role="option"
        aria-selected={isChosen}
        className={css.choice}
        onClick={() => choose(choice)}
        ref={(row) => {
          if (isChosen) row?.scrollIntoView({ block: 'nearest' });
        }}
      >
        {choice.kind === 'command' ? (
          <>
            <span className={css.command}>{text.command[choice.command]}</span>
            <Keys command={choice.command} />
          </>
        ) : (
          <>
            <span className={css.who}>
              <bdi className={css.name}>{choice.hit.contact === null ? '' : contactName(choice.hit.contact)}</bdi>
              <span className={css.age}>{age(choice.hit.sentAt, now)}</span>
            </span>
            <Excerpt hit={choice.hit} />
          </>
        )}
      </div>
    </>
  );
}

function Excerpt({ hit }: { readonly hit: SearchHit }) {
  return (
    <span className={css.excerpt} dir="auto">
      {markedParts(hit.excerpt, hit.marks).map(({ start, words, isMarked }) =>
        isMarked ? <mark key={start}>{words}</mark> : <span key={start}>{words}</span>,
      )}
    </span>
  );
}

function SearchFoot({ isEmpty }: { readonly isEmpty: boolean }) {
  const { query, answered, isFailed, hits } = useSearch((state) => state);
  const isAnswered = answered !== null && answered === query;
  const words = !isAnswered
    ? text.search.hint
    : isFailed
      ? text.search.failed
      : hits.length === 0
        ? text.search.none(query)
        : text.search.count(hits.length);
  return (
    <output className={isEmpty ? css.nothing : css.foot} data-testid="search-status">
      {words}
    </output>
  );
}

function choiceKey(choice: Choice): string {
  return choice.kind === 'command' ? choice.command : `${choice.hit.conversationId} ${choice.hit.messageId ?? ''}`;
}

function focusOf({ messageId, sentAt }: SearchHit) {
  return messageId === null ? null : { messageId, sentAt };
}
