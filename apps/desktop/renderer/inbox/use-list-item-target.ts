import { type RefCallback, useCallback } from 'react';
import { useDesk } from '../desk-context.tsx';
import type { FocusName } from '../focus/focus-targets.ts';

/** For the `ref` of a line of the list: it takes the focus under its own name and, if Tab stops there, as the list. */
export function useListItemTarget(name: FocusName, isStop: boolean): RefCallback<HTMLElement> {
  const { focus } = useDesk();
  return useCallback(
    (element) => {
      if (element === null) return undefined;
      const endings = [focus.add(name, element), ...(isStop ? [focus.add('list', element)] : [])];
      return () => {
        for (const end of endings) end();
      };
    },
    [focus, name, isStop],
  );
}
