import { flushSync } from 'react-dom';
import type { DraftTab } from '../../contract/views.ts';
import type { Desk } from '../desk.ts';
import { composerModes } from '../display/composer-state.ts';
import { soon } from '../focus/focus-opened.ts';
import { isField } from '../focus/focus-targets.ts';
import { typed } from '../stores/compose-state.ts';
import { actedOn } from '../stores/view.ts';

/** What is typed between the key that asks for a conversation's field and the moment the field appears. Those letters are not commands. */
const early = new WeakMap<Desk, { readonly id: string; readonly words: string }>();

/** Puts the cursor into the field of the tab `wished`; when no conversation is open, first opens the one with the ring. */
export function startWriting(desk: Desk, wished: DraftTab): void {
  const id = actedOn(desk.view.getState());
  if (id === null) return;
  if (desk.thread.getState().row?.id === id && focusField(desk, id, wished)) return;
  early.set(desk, { id, words: '' });
  const ready = desk.thread.getState().row?.id === id ? Promise.resolve() : desk.open(id);
  void ready.then(() => soon(() => finish(desk, id, wished)));
}

/** Whether the key was kept for a field that is about to appear. Once the person has gone elsewhere, keys count there. */
export function keptForField(desk: Desk, { key, ctrlKey, metaKey, altKey, target }: KeyboardEvent): boolean {
  const before = early.get(desk);
  if (before === undefined) return false;
  if (actedOn(desk.view.getState()) !== before.id || key === 'Escape' || isField(target)) {
    early.delete(desk);
    return false;
  }
  if (key.length !== 1 || ctrlKey || metaKey || altKey) return false;
  early.set(desk, { ...before, words: before.words + key });
  return true;
}

function finish(desk: Desk, id: string, wished: DraftTab): void {
  const kept = early.get(desk);
  if (kept?.id !== id) return;
  early.delete(desk);
  const { words } = kept;
  // Where nothing can be written, either a tab has the focus or the field is read-only.
  if (!focusField(desk, id, wished) || words === '' || !isWritable(document.activeElement)) return;
  const { compose } = desk;
  compose.getState().setText(typed(compose.getState()) + words);
}

const isWritable = (element: Element | null): boolean =>
  element instanceof HTMLTextAreaElement && !element.readOnly && !element.disabled;

/** Synchronous, so that the next key goes into the field. False while the conversation or its field is not there. */
function focusField({ view, thread, compose, focus }: Desk, id: string, wished: DraftTab): boolean {
  const { row } = thread.getState();
  if (row?.id !== id || actedOn(view.getState()) !== id) return false;
  const modes = composerModes(row);
  flushSync(() => compose.getState().setMode(modes.includes(wished) ? wished : (modes[0] ?? 'note')));
  return focus.focus('composer');
}
