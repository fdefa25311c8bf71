import { expect, test } from 'vitest';
import { newId, newIdAfter } from './ids.ts';

test('a new id sorts after the one that it must follow, however far ahead that is', () => {
  for (const id of [newId(), 'f0000000-0000-7fff-bfff-ffffffffffff', '01ffffff-ffff-7fff-bfff-ffffffffffff']) {
    const next = newIdAfter(id);
    expect(next > id).toBe(true);
    expect(newIdAfter(next) > next).toBe(true);
    expect(next).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  }
});
