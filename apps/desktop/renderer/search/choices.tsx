import { useEffect, useRef } from 'react';
import type { SearchHit } from '../../contract/views.ts';
import { labelOf } from '../commands/commands.ts';
import { useClock } from '../desk-context.tsx';
import { contactName } from '../display/contact-name.ts';
import { markedParts } from '../display/marked-parts.ts';
import { age } from '../display/when.ts';
import { Keys } from '../parts/button.tsx';
import { text } from '../text/spoken.ts';
import type { Choice } from './choice.ts';
import css from './search-dialog.module.css';

type ChoiceGroupProps = {
  readonly kind: Choice['kind'];
  readonly choices: readonly Choice[];
  readonly chosen: number;
  readonly choose: (choice: Choice) => void;
};

export function ChoiceGroup({ kind, choices, chosen, choose }: ChoiceGroupProps) {
  if (!choices.some((choice) => choice.kind === kind)) return null;
  const label = kind === 'command' ? text.search.commands : text.search.hits;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group of options, not a fieldset.
    <div role="group" aria-label={label}>
      <p className={css.group} aria-hidden="true">
        {label}
      </p>
      {choices.map((choice, index) =>
        choice.kind === kind ? (
          <ChoiceRow
            key={choiceKey(choice)}
            choice={choice}
            index={index}
            isChosen={index === chosen}
            choose={choose}
          />
        ) : null,
      )}
    </div>
  );
}

type ChoiceRowProps = {
  readonly choice: Choice;
  readonly index: number;
  readonly isChosen: boolean;
  readonly choose: (choice: Choice) => void;
};

function ChoiceRow({ choice, index, isChosen, choose }: ChoiceRowProps) {
  const when = useClock(({ now }) => (choice.kind === 'hit' ? age(choice.hit.sentAt, now) : ''));
  const row = useRef<HTMLDivElement>(null);
  // Only a moved choice is scrolled into view: somebody who scrolls by hand keeps reading there.
  useEffect(() => {
    if (isChosen) row.current?.scrollIntoView({ block: 'nearest' });
  }, [isChosen]);
  return (
    <div
      id={`choice-${index}`}
      role="option"
      aria-selected={isChosen}
      className={css.choice}
      onClick={() => choose(choice)}
      ref={row}
    >
      {choice.kind === 'command' ? (
        <>
          <span className={css.command}>{labelOf(choice.command)}</span>
          <Keys command={choice.command} />
        </>
      ) : (
        <>
          <span className={css.who}>
            <bdi className={css.name}>{choice.hit.contact === null ? '' : contactName(choice.hit.contact)}</bdi>
            <span className={css.age}>{when}</span>
          </span>
          <Excerpt hit={choice.hit} />
        </>
      )}
    </div>
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

function choiceKey(choice: Choice): string {
  return choice.kind === 'command' ? choice.command : `${choice.hit.conversationId} ${choice.hit.messageId ?? ''}`;
}
