import { type RefCallback, useCallback } from 'react';
import { useDesk } from '../desk-context.tsx';
import type { FocusName, Pane } from './focus-targets.ts';

type Ref = RefCallback<HTMLElement>;

/** For the `ref` of what takes the focus when `name` is asked for; null: this one does not take it now. */
export function useFocusTarget(name: FocusName | null, order = 0): Ref {
  const { focus } = useDesk();
  return useCallback(
    (element) => (element === null || name === null ? undefined : focus.add(name, element, order)),
    [focus, name, order],
  );
}

/** For the `ref` of the element that is a whole part of the window. */
export function useFocusPart(pane: Pane): Ref {
  const { focus } = useDesk();
  return useCallback((element) => (element === null ? undefined : focus.addPart(pane, element)), [focus, pane]);
}
