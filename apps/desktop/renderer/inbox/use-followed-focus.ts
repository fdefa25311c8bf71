import { useEffect, useEffectEvent, useRef } from 'react';
import { useDesk } from '../desk-context.tsx';
import type { FocusName } from '../focus/focus-targets.ts';

/** Scrolls to what the keyboard moved to, and focuses it if the focus is following the keyboard through the list. */
export function useFollowedFocus(index: number, name: FocusName | null, scrollTo: (index: number) => void) {
  const { focus } = useDesk();
  const isThere = index >= 0;
  const awaited = useRef<FocusName | null>(null);
  // Only a moved cursor moves the focus; a row that moves under it does not.
  const follow = useEffectEvent((to: FocusName) => {
    // A row that is not in the list yet is followed once it is.
    awaited.current = isThere ? null : to;
    // A row that was focused by a press must not move, or the press would end on another row.
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
