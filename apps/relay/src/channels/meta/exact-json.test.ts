import { describe, expect, it } from 'vitest';
import { readExactObject } from './exact-json.ts';

describe('readExactObject', () => {
  it('keeps every digit of integers beyond 2^53, wherever they are', () => {
    const read = readExactObject(
      '{"id":17841400000000001,"ids":[ 120200000000000053,-98765432109876543],"deep":{"a":{"b":99999999999999999999}}}',
    );
    expect(read).toEqual({
      id: '17841400000000001',
      ids: ['120200000000000053', '-98765432109876543'],
      deep: { a: { b: '99999999999999999999' } },
    });
  });

  it('leaves smaller integers, fractions and powers as numbers', () => {
    expect(
      readExactObject(
        '{"a":1790000000123,"b":1234567890123456,"c":12345678901234567.5,"d":1e21,"e":12345678901234567}',
      ),
    ).toEqual({
      a: 1790000000123,
      b: 1234567890123456,
      c: Number('12345678901234567.5'),
      d: 1e21,
      e: '12345678901234567',
    });
  });

  it('does not touch digits inside strings, however they are escaped', () => {
    const text = 'card: 4000000000000000002, [12345678901234567] "x\\":12345678901234567,"';
    expect(readExactObject(JSON.stringify({ text, n: 1 }))).toEqual({ text, n: 1 });
    expect(readExactObject(`{"text":${JSON.stringify(text)},"id":17841400000000001}`)).toEqual({
      text,
      id: '17841400000000001',
    });
  });

  it.each(['', '[]', '"x"', '7', 'null', '{', '{"a":1}}', '{"a":01}', '<html>', '\uFEFF{}'])(
    'is null for %j',
    (text) => {
      expect(readExactObject(text)).toBeNull();
    },
  );

  it('survives nesting too deep for a recursive reader', () => {
    const depth = 100_000;
    const read = readExactObject(`{"id":17841400000000001,"a":${'['.repeat(depth)}${']'.repeat(depth)}}`);
    expect(read).not.toBeNull();
  });

  it('cannot change the prototype of anything', () => {
    const read = readExactObject(
      '{"__proto__":{"polluted":17841400000000001},"constructor":{"prototype":{"polluted":1}}}',
    );
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
