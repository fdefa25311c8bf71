/**
 * How calls cross a `Channel`: JSON, with errors turned into plain records and back, because an Error loses its message
 * in JSON and the window would show "[object Object]". Both ends hand these two functions to birpc.
 */
export function encodeWire(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part instanceof Error ? { $error: { name: part.name, message: part.message, code: codeOf(part) } } : part,
  );
}

export function decodeWire(text: string): unknown {
  return JSON.parse(text, (_key, part: unknown) => {
    const record = isErrorRecord(part) ? part.$error : null;
    return record === null ? part : Object.assign(new Error(record.message), { name: record.name, code: record.code });
  });
}

type ErrorRecord = {
  readonly $error: { readonly name: string; readonly message: string; readonly code: string | null };
};

function isErrorRecord(part: unknown): part is ErrorRecord {
  return typeof part === 'object' && part !== null && Object.hasOwn(part, '$error');
}

function codeOf(error: Error): string | null {
  const code: unknown = Reflect.get(error, 'code');
  return typeof code === 'string' ? code : null;
}
