import { expect, test } from 'vitest';
import { refusals, refuse } from '../refusals.ts';
import { en } from './en.ts';
import { because, type ReasonKey, reasonSchema, sentenceOf } from './reason.ts';
import type { Text } from './text.ts';

test('a reason carries its code, the exact case and the parameters, and no words', () => {
  expect(because('disk_full')).toEqual({ code: 'disk_full' });
  expect(refuse('claimed_by_other.by', { name: 'Kim' })).toEqual({
    code: 'claimed_by_other',
    reason: 'claimed_by_other.by',
    params: { name: 'Kim' },
  });
  expect(sentenceOf(en, refuse('claimed_by_other.by', { name: 'Kim' }))).toBe('Kim is answering this conversation.');
});

test('every case belongs to a code with a sentence of its own, and so does every refusal', () => {
  const codes = new Set(Object.keys(en.reasons).map((key) => key.split('.')[0]));
  const withoutWords = [...codes].filter((code) => typeof Reflect.get(en.reasons, String(code)) === 'undefined');
  expect(withoutWords).toEqual([]);
  for (const code of Object.keys(refusals)) expect(en.reasons).toHaveProperty(code);
});

test('a reason from a newer Transom is told as exactly as this one can', () => {
  const newer = { code: 'window_closed', reason: 'window_closed.on_a_holiday', params: { until: 1 } };
  expect(sentenceOf(en, newer)).toBe(en.reasons.window_closed);
  expect(sentenceOf(en, { ...newer, detail: 'In the words of the relay.' })).toBe('In the words of the relay.');
  expect(sentenceOf(en, { code: 'of_tomorrow' })).toBe(en.unknownReason);
  for (const code of ['constructor', '__proto__', 'toString', ''])
    expect(sentenceOf(en, { code, reason: code })).toBe(en.unknownReason);
});

test('a sentence that lacks a parameter is not used', () => {
  expect(sentenceOf(en, { code: 'claimed_by_other', reason: 'claimed_by_other.by' })).toBe(en.reasons.claimed_by_other);
  expect(sentenceOf(en, { code: 'claimed_by_other', reason: 'claimed_by_other.by', params: { nam: 'Kim' } })).toBe(
    en.reasons.claimed_by_other,
  );
});

test('a sentence that its parameters break is not used', () => {
  for (const [code, reason, params] of [
    ['plan_upgrade_required', 'plan_upgrade_required.channel', { channel: 'Facebook', plan: 2 }],
    ['invalid_request', 'invalid_request.shape', { problems: false }],
  ] as const)
    expect(sentenceOf(en, { code, reason, params })).toBe(en.reasons[code]);
  expect(sentenceOf(en, { code: 'line_delayed', params: { sinceAt: 1e300 } })).toBe(en.unknownReason);
});

test('a reason survives the journey', () => {
  const tooLong = refuse('text_too_long.by', { used: 1_002, limit: 1_000, unit: 'bytes' });
  expect(reasonSchema.parse(JSON.parse(JSON.stringify(tooLong)))).toEqual(tooLong);
  expect(sentenceOf(en, tooLong)).toBe('The text is 1002 bytes long; at most 1000 are allowed.');
});

test('another language is complete, or it does not compile', () => {
  const reasons: Text['reasons'] = { ...en.reasons, disk_full: 'Levy on täynnä.' };
  expect(sentenceOf({ reasons, unknownReason: 'Syy on tuntematon.' }, because('disk_full'))).toBe('Levy on täynnä.');
  const { disk_full: _missing, ...rest } = en.reasons;
  // @ts-expect-error A sentence is missing.
  const incomplete: Text['reasons'] = rest;
  // @ts-expect-error It does not take the number of buyers, so no plural form can depend on it.
  const withoutPlural: Text['notification']['group'] = 'Buyers are waiting';
  expect([incomplete, withoutPlural]).toHaveLength(2);
  const everyKey: readonly ReasonKey[] = Object.keys(en.reasons) as ReasonKey[];
  expect(everyKey.length).toBeGreaterThan(100);
});
