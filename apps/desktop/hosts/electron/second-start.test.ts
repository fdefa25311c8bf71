import { expect, test, vi } from 'vitest';
import { control, journal } from '../../test/fake-electron/control.ts';

vi.mock('electron', () => import('../../test/fake-electron/electron.ts'));

test('a second start hands over and ends, without a window and without a core', async () => {
  control.isSecondInstance = true;
  await import('./main.ts');
  await vi.waitFor(() => expect(journal).toContain('app.exit 0'));
  expect(journal).not.toContain('BrowserWindow');
  expect(journal).not.toContain('utilityProcess.fork');
});
