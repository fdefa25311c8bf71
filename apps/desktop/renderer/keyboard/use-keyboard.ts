import { useEffect } from 'react';
import { isContextOver, toggleContext } from '../context/over-thread.ts';
import { useDesk } from '../desk-context.tsx';
import { nextTheme } from '../shell/rail.tsx';
import type { Desk } from '../start.ts';
import { actedOn } from '../stores/view.ts';
import { keepFocus } from './keep-focus.ts';
import { type CommandName, commandFor, type KeyPress } from './keymap.ts';
import { moveInList, type Step } from './move.ts';
import { focusSomewhere, goToPane, isField, isInList } from './panes.ts';
import { keptForField, startWriting } from './start-writing.ts';

/** A key of a sequence ("g" of "g i") counts for this long. */
const prefixMs = 1_500;

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
      if (keptForField(desk, event)) {
        event.preventDefault();
        return;
      }
      const meaning = commandFor(pressOf(event), held);
      if (meaning.kind === 'none') return;
      if (meaning.kind === 'prefix') {
        prefix = meaning.key;
        prefixAt = event.timeStamp;
        return;
      }
      if (leavesToControl(event, meaning.command)) return;
      event.preventDefault();
      const isArrow = event.key.startsWith('Arrow');
      // A key that rests on something must not claim, finish or open one conversation after the other.
      if (event.repeat && meaning.command !== 'next' && meaning.command !== 'previous') return;
      runCommand(desk, meaning.command, { isArrow, isRepeat: event.repeat });
    };
    window.addEventListener('keydown', onKeyDown);
    const letGo = keepFocus(desk);
    return () => {
      window.removeEventListener('keydown', onKeyDown);
      letGo();
    };
  }, [desk]);
}

function pressOf(event: KeyboardEvent): KeyPress {
  const { key, code, ctrlKey, metaKey, shiftKey, altKey, isComposing, target } = event;
  return {
    key,
    code,
    ctrlKey,
    metaKey,
    shiftKey,
    altKey,
    isAltGraph: event.getModifierState('AltGraph'),
    isComposing,
    isInField: isField(target),
  };
}

/**
 * Enter on a button presses the button; an open popover or the composer takes Escape and sending for itself; arrow keys
 * scroll what one reads, and move through the list only from there or from nowhere.
 */
function leavesToControl(event: KeyboardEvent, command: CommandName): boolean {
  const { target } = event;
  if (command === 'send') return true;
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest('[role="dialog"]') !== null) return true;
  if (event.key.startsWith('Arrow')) return target !== document.body && !isInList(target);
  return event.key === 'Enter' && target.closest('button, a') !== null;
}

export function runCommand(desk: Desk, command: CommandName, step: Step = { isArrow: false, isRepeat: false }): void {
  const { view } = desk;
  const id = actedOn(view.getState());
  switch (command) {
    case 'next':
    case 'previous':
      moveInList(desk, command === 'next' ? 1 : -1, step);
      return;
    case 'open':
      if (id !== null) void desk.open(id);
      return;
    case 'back':
      goBack(desk);
      return;
    case 'undo':
      view.getState().notice?.action?.run();
      return;
    case 'nextPane':
    case 'previousPane':
      goToPane(command === 'nextPane' ? 1 : -1);
      return;
    case 'reply':
    case 'privateReply':
    case 'note':
      startWriting(desk, command);
      return;
    case 'claim':
    case 'release':
    case 'resolve':
    case 'reopen':
      if (id !== null) void desk.act(command, id);
      return;
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

function goBack(desk: Desk): void {
  if (desk.view.getState().openId === null) return;
  if (isContextOver(desk)) {
    desk.view.getState().setContext('auto');
    return;
  }
  desk.close();
  // By then the next key may have moved the ring already.
  requestAnimationFrame(() => focusSomewhere(desk.view.getState().cursorId));
}
