import { useEffect, useEffectEvent, useRef } from 'react';
import { useDesk } from '../desk-context.tsx';
import type { FocusName } from '../focus/focus-targets.ts';

/** Brings what the keyboard moved to into sight, and gives it the focus where that follows the keyboard through the list. */
export function useFollowedFocus(index: number, name: FocusName | null, scrollTo: (index: number) => void) {
  const { focus } = useDesk();
  const isThere = index >= 0;
  const awaited = useRef<FocusName | null>(null);
  // Only a moved cursor moves the focus; a row that moves under it does not.
  const follow = useEffectEvent((to: FocusName) => {
    // A row that is still to come back into the list is followed when it is there.
    awaited.current = isThere ? null : to;
    // A row that took the focus by a press must not move, or the press would end on another row.
    if (!isThere || focus.has(to)) return;
    scrollTo(index);
    if (document.activeElement === document.body || focus.isActive('list')) focus.focus(to, { preventScroll: true });
  });
  useEffect(() => {
    if (name !== null) follow(name);
  }, [name]);
  useEffect(() => {
    if (isThere && name !== null && awaited.current === name) follow(name);
  }, [isThere, name]);
}
