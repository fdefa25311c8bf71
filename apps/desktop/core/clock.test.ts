import { dayMs } from '@transom/shared';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRelayClock } from './clock.ts';

const span = fc.double({ min: 0, max: 90_000, noNaN: true });

test('no countdown is ever longer than the truth, and short by the round trip at most', () => {
  fc.assert(
    fc.property(span, span, span, fc.double({ min: 0, max: 1e12, noNaN: true }), (there, back, later, startedAt) => {
      let passed = 0;
      const relayTruth = () => 1_790_000_000_000.4 + passed;
      const clock = createRelayClock(() => startedAt + passed);
      const answer = clock.ask();
      passed += there;
      const heard = Math.floor(relayTruth());
      passed += back;
      answer(heard);
      passed += later;
      const now = clock.serverNow()!;
      expect(now).toBeGreaterThanOrEqual(relayTruth() - 0.01);
      expect(now - relayTruth()).toBeLessThanOrEqual(there + back + 3);
    }),
  );
});

test('the time is unknown before an answer and after a reset, and an answer from before the reset does not count', () => {
  const clock = createRelayClock(() => 5);
  expect(clock.serverNow()).toBeNull();
  const early = clock.ask();
  clock.ask()(1_000);
  expect(clock.serverNow()).toBe(1_001);
  clock.reset();
  early(1_000);
  expect(clock.serverNow()).toBeNull();
  expect(clock.isConfirmed()).toBe(false);
});

test('without a connection the time is estimated, not confirmed, and never behind a relay whose clock runs faster', () => {
  let passed = 0;
  const clock = createRelayClock(() => passed);
  clock.ask()(1_000);
  expect(clock.isConfirmed()).toBe(true);
  const early = clock.ask();
  clock.lose();
  early(9_000_000);
  passed = dayMs;
  clock.lose();
  expect(clock.isConfirmed()).toBe(false);
  const slewed = 1_000 + dayMs * 1.000_5;
  expect(clock.serverNow()).toBeGreaterThanOrEqual(slewed);
  expect(clock.serverNow()! - slewed).toBeLessThan(3);
  clock.ask()(2_000);
  expect(clock.isConfirmed()).toBe(true);
  expect(clock.serverNow()).toBe(2_001);
});
