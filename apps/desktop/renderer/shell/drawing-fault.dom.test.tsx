import { expect, it, vi } from 'vitest';
import { useView } from '../desk-context.tsx';
import { testRow } from '../display/test-rows.ts';
import { draw, shows } from '../testing/draw.tsx';
import { deskWith } from '../testing/test-desk.ts';
import { DrawingFault } from './drawing-fault.tsx';

function List() {
  if (useView((state) => state.openId) !== null) throw new Error('Nobody expected this conversation.');
  return <p data-testid="list">The list</p>;
}

it('a conversation that cannot be drawn is explained, and the way back to the list works', async () => {
  // React reports it there, as it should.
  const reported = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const desk = await deskWith({ rows: { answer: [testRow('a')] } });
  const page = draw(
    desk,
    <DrawingFault>
      <List />
    </DrawingFault>,
  );
  await shows(() => expect(page.has('list')).toBe(true));
  await desk.open('a');
  await shows(() => expect(page.has('drawing-fault')).toBe(true));
  expect(page.has('list')).toBe(false);
  expect(await page.faults()).toEqual([]);
  expect(reported).toHaveBeenCalled();
  page.get('drawing-fault').querySelector('button')?.click();
  await shows(() => expect(page.has('list')).toBe(true));
  expect(desk.view.getState().openId).toBeNull();
  reported.mockRestore();
});
