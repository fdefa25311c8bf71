/** The `fields` language of Graph: `id,messages.limit(5){id,from{username}}`. */
export type Fields = ReadonlyMap<string, { readonly limit: number | null; readonly fields: Fields }>;

/** Reads a `fields` parameter. Null when its brackets do not match. */
export function parseFields(text: string): Fields | null {
  let position = 0;

  function list(): Fields | null {
    const fields = new Map<string, { limit: number | null; fields: Fields }>();
    while (position < text.length && text[position] !== '}') {
      const name = /[\w]+/y;
      name.lastIndex = position;
      const found = name.exec(text)?.[0];
      if (found === undefined) return null;
      position += found.length;
      const limit = /\.limit\((\d+)\)/y;
      limit.lastIndex = position;
      const limited = limit.exec(text);
      position += limited?.[0].length ?? 0;
      let inner: Fields = new Map();
      if (text[position] === '{') {
        position += 1;
        const parsed = list();
        if (parsed === null || text[position] !== '}') return null;
        position += 1;
        inner = parsed;
      }
      fields.set(found, { limit: limited === null ? null : Number(limited[1]), fields: inner });
      if (text[position] === ',') position += 1;
    }
    return fields;
  }

  const fields = list();
  return position === text.length ? fields : null;
}

/** The asked-for members of `object`, always with its `id`. Members that do not exist are left out, as Meta does. */
export function pick(object: Readonly<Record<string, unknown>>, fields: Fields): Record<string, unknown> {
  const picked: Record<string, unknown> = {};
  for (const [name, { fields: inner }] of fields) {
    const value = object[name];
    if (value === undefined) continue;
    picked[name] = inner.size > 0 && isRecord(value) ? pick(value, inner) : value;
  }
  return 'id' in object ? { ...picked, id: object['id'] } : picked;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
