import { useEffect, useEffectEvent, useRef } from 'react';
import { isInList } from '../keyboard/panes.ts';

/** Brings what the keyboard moved to into sight, and gives it the focus where that follows the keyboard through the list. */
export function useFollowedFocus(index: number, elementId: string | null, scrollTo: (index: number) => void) {
  const isThere = index >= 0;
  const awaited = useRef<string | null>(null);
  // Only a moved cursor moves the focus; a row that moves under it does not.
  const follow = useEffectEvent((id: string) => {
    // A row that is still to come back into the list is followed when it is there.
    awaited.current = isThere ? null : id;
    // A row that took the focus by a press must not move, or the press would end on another row.
    if (!isThere || document.activeElement?.id === id) return;
    scrollTo(index);
    const active = document.activeElement;
    if (active === document.body || isInList(active)) document.getElementById(id)?.focus({ preventScroll: true });
  });
  useEffect(() => {
    if (elementId !== null) follow(elementId);
  }, [elementId]);
  useEffect(() => {
    if (isThere && elementId !== null && awaited.current === elementId) follow(elementId);
  }, [isThere, elementId]);
}
