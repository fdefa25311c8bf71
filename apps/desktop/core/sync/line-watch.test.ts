import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { createLineWatch } from './line-watch.ts';

afterEach(() => void vi.useRealTimers());

/** A relay that answers the beat and whose commands take as long as the test says. */
function watchedLine() {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  const told: boolean[] = [];
  const line = createLineWatch({
    limits: { slowMs: 5_000, beatMs: 10_000 },
    async beat() {
      line.heard();
      return true;
    },
    onChange: () => void told.push(line.isDelayed()),
    failed(error) {
      throw error;
    },
  });
  line.start();
  onTestFinished(line.stop);
  const givenUp = async (command: { id: string; isRepeated: boolean }) => {
    const answer = new Promise<never>((_, reject) => setTimeout(() => reject(new Error('no answer')), 15_000));
    const waiting = line.waitFor(answer, command).catch(() => undefined);
    await vi.advanceTimersByTimeAsync(15_000);
    await waiting;
  };
  const answered = (command?: { id: string; isRepeated: boolean }) => line.waitFor(Promise.resolve('yes'), command);
  return { line, told, givenUp, answered };
}

test('a reply that gets no answer counts as delayed between its tries too, even if the beat is answered', async () => {
  const { line, told, givenUp, answered } = watchedLine();
  for (let tries = 0; tries < 3; tries += 1) {
    await givenUp({ id: 'a', isRepeated: true });
    await vi.advanceTimersByTimeAsync(29_000);
    expect(line.isDelayed()).toBe(true);
  }
  expect(told).toEqual([true]);
  // Since its first try.
  expect(line.waitingForMs()).toBe(3 * 44_000);
  await answered();
  expect(line.isDelayed()).toBe(true);
  await answered({ id: 'b', isRepeated: false });
  expect(told).toEqual([true, false]);
});

test('the answer to the reply itself ends the delay, and so does the end of the line', async () => {
  const { line, givenUp, answered } = watchedLine();
  await givenUp({ id: 'a', isRepeated: true });
  await answered({ id: 'a', isRepeated: true });
  expect(line.isDelayed()).toBe(false);
  await givenUp({ id: 'a', isRepeated: true });
  line.stop();
  line.start();
  expect(line.isDelayed()).toBe(false);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(line.isDelayed()).toBe(false);
});

test('no answer is awaited for a reply that is no longer sent', async () => {
  const { line, told, givenUp } = watchedLine();
  await givenUp({ id: 'a', isRepeated: true });
  await givenUp({ id: 'b', isRepeated: true });
  await vi.advanceTimersByTimeAsync(20_000);
  line.forget('a');
  expect(line.isDelayed()).toBe(true);
  line.forget('b');
  expect(told).toEqual([true, false]);
});

test('a command that is not repeated is over once it was given up', async () => {
  const { line, givenUp } = watchedLine();
  await givenUp({ id: 'a', isRepeated: false });
  await vi.advanceTimersByTimeAsync(20_000);
  expect(line.isDelayed()).toBe(false);
});
