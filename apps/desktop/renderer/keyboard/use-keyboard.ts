import { useEffect } from 'react';
import { keptForField } from '../actions/start-writing.ts';
import { type CommandId, commands, runCommand } from '../commands/commands.ts';
import type { Desk } from '../desk.ts';
import { useDesk } from '../desk-context.tsx';
import { type FocusTargets, isField } from '../focus/focus-targets.ts';
import { keepFocus } from '../focus/keep-focus.ts';
import { commandFor, type KeyPress } from './key-press.ts';

/** The first key of a sequence ("g" of "g i") counts for this long. */
const prefixMs = 1_500;

/** One listener for the window: `key-press.ts` decides what a key asks for, and the command what is done. */
export function useKeyboard(): void {
  const desk = useDesk();
  useEffect(() => {
    const onKeyDown = listenFor(desk);
    window.addEventListener('keydown', onKeyDown);
    const letGo = keepFocus(desk);
    return () => {
      window.removeEventListener('keydown', onKeyDown);
      letGo();
    };
  }, [desk]);
}

function listenFor(desk: Desk): (event: KeyboardEvent) => void {
  let prefix: string | null = null;
  let prefixAt = 0;
  return (event) => {
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
    const { command } = meaning;
    if (isHandledByControl(event, command, desk.focus)) return;
    event.preventDefault();
    // A key held down must not claim, finish or open one conversation after another.
    if (event.repeat && commands[command].isRepeated !== true) return;
    runCommand(desk, command, { isArrow: event.key.startsWith('Arrow'), isRepeat: event.repeat });
  };
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
 * Enter on a button presses the button; an open popover or the composer takes Escape and sending for itself; arrow keys scroll what is
 * being read, and move through the list only while the focus is there or nowhere.
 */
function isHandledByControl(event: KeyboardEvent, command: CommandId, focus: FocusTargets): boolean {
  const { target } = event;
  if (commands[command].run === null) return true;
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest('[role="dialog"]') !== null) return true;
  if (event.key.startsWith('Arrow')) return target !== document.body && !focus.isIn('list', target);
  return event.key === 'Enter' && target.closest('button, a') !== null;
}
