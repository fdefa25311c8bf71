import { useEffect } from 'react';
import { type ComposerMode, composerModes } from '../desk/composer-state.ts';
import { useDesk } from '../desk-context.tsx';
import { handoffItems, inboxItems, rowIds } from '../inbox/list-items.ts';
import { nextTheme } from '../shell/rail.tsx';
import type { Desk } from '../start.ts';
import { type CommandName, commandFor, type KeyPress } from './keymap.ts';

/** A key of a sequence ("g" of "g i") counts for this long. */
const prefixMs = 1_500;
/** From this width on the context panel stands beside the thread; below it slides over it. */
export const wideContext = '(width >= 1280px)';

/** One listener for the window; what a key means is decided in `keymap.ts`, what a command does in `runCommand`. */
export function useKeyboard(): void {
  const desk = useDesk();
  useEffect(() => {
    let prefix: string | null = null;
    let prefixAt = 0;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return;
      const held = event.timeStamp - prefixAt < prefixMs ? prefix : null;
      prefix = null;
      if (desk.view.getState().dialog !== null) return;
      const meaning = commandFor(pressOf(event), held);
      if (meaning.kind === 'none') return;
      if (meaning.kind === 'prefix') {
        prefix = meaning.key;
        prefixAt = event.timeStamp;
        return;
      }
      if (leavesToControl(event, meaning.command)) return;
      event.preventDefault();
      runCommand(desk, meaning.command);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [desk]);
}

function pressOf(event: KeyboardEvent): KeyPress {
  const { key, ctrlKey, metaKey, shiftKey, altKey, isComposing, target } = event;
  const isInField =
    target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'));
  return {
    key,
    ctrlKey,
    metaKey,
    shiftKey,
    altKey,
    isAltGraph: event.getModifierState('AltGraph'),
    isComposing,
    isInField,
  };
}

/** Enter on a button presses the button; an open popover or the composer takes Escape and sending for itself. */
function leavesToControl(event: KeyboardEvent, command: CommandName): boolean {
  const { target } = event;
  if (command === 'send') return true;
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest('[role="dialog"]') !== null) return true;
  return event.key === 'Enter' && target.closest('button, a') !== null;
}

export function runCommand(desk: Desk, command: CommandName): void {
  const { view, inbox } = desk;
  const { openId, cursorId, place } = view.getState();
  switch (command) {
    case 'next':
    case 'previous': {
      const { lanes, rows } = inbox.getState();
      const ids = rowIds(place === 'handoffs' ? handoffItems(lanes, rows) : inboxItems(lanes));
      const at = ids.indexOf(cursorId ?? '');
      const to = at < 0 ? 0 : Math.min(ids.length - 1, Math.max(0, at + (command === 'next' ? 1 : -1)));
      if (ids[to] !== undefined) view.getState().setCursor(ids[to]);
      return;
    }
    case 'open':
      if (cursorId !== null) void desk.open(cursorId);
      return;
    case 'back':
      if (openId === null) return;
      desk.close();
      requestAnimationFrame(() => document.getElementById(`row-${openId}`)?.focus());
      return;
    case 'reply':
    case 'privateReply':
    case 'note':
      startWriting(desk, command);
      return;
    case 'claim':
    case 'release':
    case 'resolve': {
      const id = openId ?? cursorId;
      if (id !== null) void desk.act(command, id);
      return;
    }
    case 'search':
    case 'palette':
    case 'keys':
      view.getState().setDialog(command);
      return;
    case 'goInbox':
      view.getState().goTo('inbox');
      return;
    case 'goHandoffs':
      view.getState().goTo('handoffs');
      return;
    case 'context':
      toggleContext(desk);
      return;
    case 'theme':
      view.getState().setTheme(nextTheme[view.getState().theme]);
      return;
    case 'send':
      return;
  }
}

export function toggleContext({ view }: Desk): void {
  const { context, setContext } = view.getState();
  const isWide = window.matchMedia(wideContext).matches;
  const isShown = context === 'open' || (context === 'auto' && isWide);
  setContext(isShown ? 'closed' : isWide ? 'auto' : 'open');
}

/** Opens the conversation under the cursor when none is open, and puts the cursor into the field of the wished tab. */
function startWriting(desk: Desk, command: 'reply' | 'privateReply' | 'note'): void {
  const { openId, cursorId } = desk.view.getState();
  const id = openId ?? cursorId;
  if (id === null) return;
  const focus = () => {
    const row = desk.thread.getState().row;
    if (row === null) return;
    const wished: ComposerMode = command === 'privateReply' ? 'private_reply' : command;
    const modes = composerModes(row);
    desk.compose.getState().setMode(modes.includes(wished) ? wished : (modes[0] ?? 'note'));
    requestAnimationFrame(() => document.querySelector<HTMLElement>('[data-testid="composer"]')?.focus());
  };
  if (openId === id) focus();
  else void desk.open(id).then(focus);
}
