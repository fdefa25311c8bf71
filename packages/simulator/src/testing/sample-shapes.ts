import { readFileSync } from 'node:fs';

type Fixture = { kind: string; body: { object?: string } };
const fixtures = JSON.parse(readFileSync(new URL('webhook-samples.json', import.meta.url), 'utf8')) as Fixture[];

/** Every path in Meta's own samples of an object, with the type at its end: `entry[].messaging[].message.text string`. */
export function shapesOf(object: string): ReadonlySet<string> {
  const samples = fixtures.filter(({ kind, body }) => kind === 'webhook' && body.object === object);
  return new Set(samples.flatMap(({ body }) => pathsOf(body)));
}

export function pathsOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => pathsOf(item, `${path}[]`));
  if (typeof value !== 'object' || value === null) return [`${path} ${value === null ? 'null' : typeof value}`];
  return Object.entries(value).flatMap(([name, inner]) => pathsOf(inner, path === '' ? name : `${path}.${name}`));
}
