import { hourMs, minuteMs } from '@transom/shared';
import { expect, test } from 'vitest';
import { createRelayClock } from './clock.ts';
import { createSession } from './session.ts';
import { memorySecrets } from './test/plain-core.ts';
import { baseAt } from './test/samples.ts';
import { tempStore } from './test/temp-folder.ts';

test('a time that is only estimated proves a computer clock neither wrong nor right', () => {
  let passedMs = 0;
  let offByMs = 0;
  const clock = createRelayClock(() => passedMs);
  const wrong: number[] = [];
  const session = createSession({
    platform: { host: 'browser', os: 'linux', version: '0.1.0', canNotify: true },
    secrets: memorySecrets(),
    store: tempStore(),
    identity: null,
    clock,
    lastKnownNow: () => clock.serverNow() ?? 0,
    onChange: () => undefined,
    onWrongClock: (by) => void wrong.push(by),
    computerNow: () => baseAt + passedMs + offByMs,
  });
  const tell = () => clock.ask()(baseAt + passedMs);
  const verdict = () => session.readClock().computerOffByMs;
  tell();
  expect(verdict()).toBeNull();
  clock.lose();
  // Offline for a long weekend: the estimated time is minutes ahead by now.
  passedMs += 80 * hourMs;
  expect(clock.serverNow()! - (baseAt + passedMs)).toBeGreaterThan(2 * minuteMs);
  expect(verdict()).toBeNull();
  expect(wrong).toEqual([]);
  tell();
  offByMs = -10 * minuteMs;
  expect(verdict()).toBeCloseTo(offByMs, -2);
  clock.lose();
  expect(verdict()).toBeCloseTo(offByMs, -2);
  offByMs = 0;
  tell();
  expect(verdict()).toBeNull();
  expect(wrong).toHaveLength(1);
});
