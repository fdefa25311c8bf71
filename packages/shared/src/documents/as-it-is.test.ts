import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { accountSchema } from './account.ts';
import { agencySchema } from './agency.ts';
import { asItIs } from './as-it-is.ts';
import { conversationSchema } from './conversation.ts';
import { messageSchema } from './message.ts';
import { anyOf } from './testing/any-document.ts';

const schemas = { accountSchema, agencySchema, conversationSchema, messageSchema };
const names = Object.keys(schemas) as (keyof typeof schemas)[];

test.each(names)('where the quick check of %s says yes, the schema would change nothing', (name) => {
  const schema: z.ZodType = schemas[name];
  const isRight = asItIs(schema);
  let yes = 0;
  fc.assert(
    fc.property(
      fc.oneof(anyOf(schema), anyOf(schema, 'known')),
      fc.integer({ min: 0, max: 100 }),
      fc.constantFrom(null, 7, 1.5, 'word', [], {}),
      (written, at, other) => {
        const document = JSON.parse(JSON.stringify(written)) as Record<string, unknown>;
        // Often one field gets another shape.
        const field = Object.keys(document)[at];
        if (field !== undefined) document[field] = other;
        if (!isRight(document)) return;
        yes += 1;
        expect(schema.parse(document)).toEqual(document);
      },
    ),
    { numRuns: 1_000 },
  );
  expect(yes).toBeGreaterThan(0);
});

test.each(names)('what the schema of %s returned passes the quick check, unless it has an unknown word', (name) => {
  const schema: z.ZodType = schemas[name];
  const isRight = asItIs(schema);
  fc.assert(
    fc.property(anyOf(schema, 'known'), (written) => {
      expect(isRight(JSON.parse(JSON.stringify(schema.parse(written))))).toBe(true);
    }),
  );
});

test('what it does not recognize is left to the schema', () => {
  for (const schema of [
    z.string().regex(/a/),
    z.string().min(2),
    z.number(),
    z.number().int().max(1),
    z.record(z.string(), z.string()),
    z.date(),
  ])
    expect(asItIs(schema)('a')).toBe(false);
});

test('a version is checked against the ones that are known', () => {
  const isRight = asItIs(z.object({ version: z.literal(1), of: z.record(z.string(), z.literal(['a', 'b'])) }));
  expect(isRight({ version: 1, of: { x: 'b' } })).toBe(true);
  for (const other of [
    { version: 2, of: {} },
    { version: '1', of: {} },
    { version: 1, of: { x: 'c' } },
  ])
    expect(isRight(other)).toBe(false);
});
