import { because, dayMs, hourMs, minuteMs } from '@transom/shared';
import { expect, it } from 'vitest';
import { testNow as now, testAccount, testMessage, testRow } from './test-rows.ts';
import { waitingWords } from './waiting-words.ts';
import { moment, momentAt } from './when.ts';

const failure = because('throttled.account');
const message = testMessage('m', now, {
  direction: 'outbound',
  state: 'queued',
  failure,
  waitsUntil: now + 30 * minuteMs,
});
const rowOpenedAt = (openedAt: number) =>
  testRow('c', { window: { openedAt, openedBy: 'm', byAd: false, comment: null } });
const words = (
  row = rowOpenedAt(now - hourMs),
  change: Partial<typeof message> = {},
  at: number | null = now,
  approved = false,
) =>
  waitingWords({
    message: { ...message, ...change },
    row,
    now: at,
    account: { ...testAccount, humanAgentApproved: approved },
  });

it('says why, until when, and that the window is still open then', () => {
  expect(words()).toBe(
    `Meta asked this account to send more slowly, so sending has to wait. Transom will try again at ${moment(now + 30 * minuteMs, now)}. The window is open until ${moment(now + 23 * hourMs, now)}.`,
  );
});

it('uses the words of a relay that sends words', () => {
  const older = { code: 'rate_limited', detail: 'Instagram asks for patience.' };
  expect(words(undefined, { failure: older })).toMatch(/^Instagram asks for patience\. Transom will /);
});

it('says that the window closes before it is tried again', () => {
  const row = rowOpenedAt(now - dayMs + 10 * minuteMs);
  expect(words(row)).toContain(`The window closes before that, ${momentAt(now + 10 * minuteMs, now)}.`);
  expect(words(row, {}, now, true)).toContain('The window is open until');
  expect(words(rowOpenedAt(now - 3 * dayMs))).toContain(
    `The window closed ${momentAt(now - 2 * dayMs, now)}, so it can no longer be sent.`,
  );
});

it('names no time that is unknown or past', () => {
  expect(words(undefined, { failure: null, waitsUntil: null })).toMatch(
    /^It is waiting at the relay\. The window is open/,
  );
  expect(words(undefined, { waitsUntil: now - 1 })).not.toContain('try again');
  expect(words(undefined, {}, null)).not.toContain('window');
});

it('gives a private reply the week of its comment, although it has itself used up the right', () => {
  const comment = { messageId: 'k', at: now - dayMs, privateReplyUsedAt: now, isReplyOnItsWay: true };
  const row = testRow('c', { window: { openedAt: null, openedBy: null, byAd: false, comment } });
  expect(words(row, { kind: 'private_reply' })).toContain(`The window is open until ${moment(now + 6 * dayMs, now)}.`);
});
