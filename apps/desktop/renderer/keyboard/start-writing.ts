import { flushSync } from 'react-dom';
import { type ComposerMode, composerModes } from '../desk/composer-state.ts';
import type { Desk } from '../start.ts';
import { typed } from '../stores/compose.ts';
import { actedOn } from '../stores/view.ts';
import { focusPane } from './panes.ts';

type WritingCommand = 'reply' | 'privateReply' | 'note';

/** What was typed after the key that asks for the field, until the field was there. Those letters are no commands. */
const early = new WeakMap<Desk, string>();

/** Puts the cursor into the field of the wished tab; opens the conversation with the ring first when none is open. */
export function startWriting(desk: Desk, command: WritingCommand): void {
  const id = actedOn(desk.view.getState());
  if (id === null) return;
  if (desk.thread.getState().row?.id === id && focusField(desk, id, command)) return;
  early.set(desk, '');
  const ready = desk.thread.getState().row?.id === id ? Promise.resolve() : desk.open(id);
  // The thread is on the screen two frames after its store has it.
  void ready.then(() => requestAnimationFrame(() => requestAnimationFrame(() => finish(desk, id, command))));
}

/** Whether the key was kept for a field that is about to come. */
export function keptForField(desk: Desk, { key, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  const before = early.get(desk);
  if (before === undefined || key.length !== 1 || ctrlKey || metaKey || altKey) return false;
  early.set(desk, before + key);
  return true;
}

function finish(desk: Desk, id: string, command: WritingCommand): void {
  const words = early.get(desk) ?? '';
  early.delete(desk);
  // Where nothing can be written, a tab has the focus or the field only shows what it holds.
  if (!focusField(desk, id, command) || words === '' || !isWritable(document.activeElement)) return;
  const { compose } = desk;
  compose.getState().setText(typed(compose.getState()) + words);
}

const isWritable = (element: Element | null): boolean =>
  element instanceof HTMLTextAreaElement && !element.readOnly && !element.disabled;

/** At once, so that the next key goes into it. False while the conversation or its field is not there. */
function focusField({ view, thread, compose }: Desk, id: string, command: WritingCommand): boolean {
  const { row } = thread.getState();
  if (row?.id !== id || actedOn(view.getState()) !== id) return false;
  const wished: ComposerMode = command === 'privateReply' ? 'private_reply' : command;
  const modes = composerModes(row);
  flushSync(() => compose.getState().setMode(modes.includes(wished) ? wished : (modes[0] ?? 'note')));
  return focusPane('composer');
}
