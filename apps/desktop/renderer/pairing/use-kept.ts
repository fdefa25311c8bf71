import { useState } from 'react';

/** The text of a field on the first screen, which survives a restart. */
export function useKept(key: string, otherwise: string) {
  const [value, setValue] = useState(() => localStorage.getItem(key) ?? otherwise);
  const keep = (next: string) => {
    localStorage.setItem(key, next);
    setValue(next);
  };
  return [value, keep] as const;
}
