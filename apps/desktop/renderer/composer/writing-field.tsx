import { maxTextLength } from '@transom/shared';
import type { KeyboardEvent } from 'react';
import type { DraftTab, Row } from '../../contract/views.ts';
import { useDesk } from '../desk-context.tsx';
import { shortName, whoIs } from '../display/contact-name.ts';
import { focusSomewhere } from '../focus/go-to-pane.ts';
import { useFocusTarget } from '../focus/use-focus-target.ts';
import { text } from '../text/spoken.ts';
import css from './composer.module.css';

type WritingFieldProps = {
  readonly row: Row;
  readonly mode: DraftTab;
  readonly words: string;
  /** Whether anything may be written now. */
  readonly isOpen: boolean;
  readonly isUnderWay: boolean;
  readonly submit: () => void;
};

/** Never disabled: even read-only it takes the focus, and with it keys that would be commands elsewhere. */
export function WritingField({ row, mode, words, isOpen, isUnderWay, submit }: WritingFieldProps) {
  const { compose, focus } = useDesk();
  const target = useFocusTarget('composer');
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      submit();
    }
    if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      focusSomewhere(focus, row.id);
    }
  };
  return (
    <textarea
      ref={target}
      className={css.field}
      data-testid="composer"
      aria-label={text.composer.field[mode]}
      aria-describedby="composer-bar"
      placeholder={isOpen ? placeholder(mode, row) : ''}
      dir="auto"
      rows={2}
      value={words}
      readOnly={!isOpen || isUnderWay}
      maxLength={maxTextLength}
      onChange={(event) => compose.getState().setText(event.target.value)}
      onBlur={() => void compose.getState().flush()}
      onKeyDown={onKeyDown}
    />
  );
}

function placeholder(mode: DraftTab, row: Row): string {
  return mode === 'note' ? text.composer.placeholder.note : text.composer.placeholder[mode](shortName(whoIs(row)));
}
