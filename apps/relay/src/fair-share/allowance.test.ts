import { minuteMs, secondMs } from '@transom/shared';
import { expect, it } from 'vitest';
import { Allowances } from './allowance.ts';

function atNoon() {
  let now = 1_000_000;
  return { allowances: new Allowances(() => now), pass: (ms: number) => void (now += ms) };
}
const taken = (take: () => boolean, times: number) => Array.from({ length: times }, take).filter(Boolean).length;

it('allows a hundred commands at once, and ten a second from then on', () => {
  const { allowances, pass } = atNoon();
  const command = () => allowances.of('a').take('command');
  expect(taken(command, 1_000)).toBe(100);
  pass(secondMs);
  expect(taken(command, 1_000)).toBe(10);
  pass(minuteMs);
  expect(taken(command, 1_000)).toBe(100);
});

it('counts devices, and what they ask for, separately', () => {
  const { allowances } = atNoon();
  expect(taken(() => allowances.of('a').take('command'), 500)).toBe(100);
  expect(taken(() => allowances.of('b').take('command'), 500)).toBe(100);
  expect(allowances.of('a').take('history')).toBe(true);
});

it('gives up on a device for the rest of a minute, and no longer', () => {
  const { allowances, pass } = atNoon();
  const device = allowances.of('a');
  taken(() => device.take('command'), 20_100);
  expect(device.isHopeless).toBe(false);
  device.take('command');
  expect(device.isHopeless).toBe(true);
  pass(minuteMs + 1);
  expect(device.isHopeless).toBe(false);
});

it('forgets devices that have asked nothing for a while, and no others', () => {
  const { allowances, pass } = atNoon();
  taken(() => allowances.of('busy').take('command'), 100);
  for (let n = 0; n < 999; n += 1) allowances.of(`idle ${n}`).take('time');
  const busy = allowances.of('busy');
  const idle = allowances.of('idle 0');
  pass(2 * minuteMs);
  busy.take('time');
  pass(1);
  allowances.of('one more');
  expect(allowances.of('busy')).toBe(busy);
  expect(allowances.of('idle 0')).not.toBe(idle);
});

it('works on a few at a time, and lets no more than a hundred wait', async () => {
  const { allowances, pass } = atNoon();
  const device = allowances.of('a');
  let underWay = 0;
  for (let n = 0; n < 102; n += 1) {
    pass(secondMs);
    expect(device.take('command')).toBe(true);
    void device.inTurn('command', () => {
      underWay += 1;
      return new Promise(() => undefined);
    });
  }
  expect(underWay).toBe(2);
  pass(secondMs);
  expect(device.take('command')).toBe(false);
  expect(device.take('history')).toBe(true);
});

it('lets a device have twenty calls in flight, and gives up on it when told to', () => {
  const { allowances, pass } = atNoon();
  const device = allowances.of('a');
  expect(taken(() => device.beginCall(), 30)).toBe(20);
  device.endCall();
  expect(taken(() => device.beginCall(), 30)).toBe(1);
  expect(device.isHopeless).toBe(false);
  device.giveUp();
  expect(device.isHopeless).toBe(true);
  pass(minuteMs + 1);
  expect(device.isHopeless).toBe(false);
});
