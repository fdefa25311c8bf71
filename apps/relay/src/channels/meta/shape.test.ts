import { describe, expect, it } from 'vitest';
import { asId, asInteger, asLink, asText, asTime } from './shape.ts';

describe('asTime', () => {
  it.each([
    [1_790_000_000_123, 1_790_000_000_123],
    [1_790_000_014, 1_790_000_014_000],
    ['1527459824', 1_527_459_824_000],
    ['1790000000123', 1_790_000_000_123],
    [1_790_000_014.5, 1_790_000_014_500],
    ['2026-11-20T21:00:00+0000', Date.UTC(2026, 10, 20, 21)],
    ['2026-11-20T21:00:00.000Z', Date.UTC(2026, 10, 20, 21)],
  ])('reads %j as %d ms', (value, ms) => {
    expect(asTime(value)).toBe(ms);
  });

  it.each([
    0,
    -5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    1e15,
    '',
    'soon',
    '12e3',
    '2026-13-45T99:00:00Z',
    '1960-01-01T00:00:00Z',
    5e-324,
    null,
    undefined,
    true,
    {},
    [],
  ])('does not read %j', (value) => {
    expect(asTime(value)).toBeNull();
  });
});

describe('asId', () => {
  it('takes strings and whole numbers', () => {
    expect(asId('17841400000000001')).toBe('17841400000000001');
    expect(asId(880_000_000_000_001)).toBe('880000000000001');
    expect(asId(0)).toBe('0');
  });

  it('takes nothing else', () => {
    for (const value of ['', 1.5, 1e300, Number.NaN, null, undefined, {}, [], true]) expect(asId(value)).toBeNull();
  });
});

describe('asText', () => {
  it('repairs text that a database would refuse', () => {
    expect(asText('a\u0000b \ud800 \u{1f600}')).toBe('a\uFFFDb \uFFFD \u{1f600}');
  });
});

describe('asInteger', () => {
  it('reads numbers and strings of digits', () => {
    expect([asInteger(4), asInteger('-2018278'), asInteger('4x'), asInteger(1.5), asInteger(null)]).toEqual([
      4,
      -2_018_278,
      null,
      null,
      null,
    ]);
  });
});

describe('asLink', () => {
  it('lets only web addresses through', () => {
    expect(asLink('https://example.com/a?b=c')).toBe('https://example.com/a?b=c');
    for (const value of ['javascript:alert(1)', 'file:///etc/passwd', 'example.com', '', null, 5])
      expect(asLink(value)).toBeNull();
  });
});
