import pino, { type DestinationStream } from 'pino';
import type { LogLevel } from './settings.ts';

/**
 * The relay's log: JSON lines with known fields only. A field that is not on this list never reaches the log, so a token or a buyer's words
 * cannot be logged by mistake. Messages are constants of the program and carry no values.
 */
const ids = 'agencyId accountId conversationId messageId deviceId personId deliveryId commandId requestId';
const words = 'channel route method status state kind reason code platformCode signedBy entity room signal';
const figures = 'count attempts bytes seq cursor changes port version durationMs retryAfterMs lagMs at';
const loggedKeys: ReadonlySet<string> = new Set(`${ids} ${words} ${figures} err`.split(' '));

/** Codes and ids are short words without spaces; anything else under a known key is not what the key promises. */
const plainWord = /^[\w.:/{}*-]{1,120}$/;

export type Logger = Pick<pino.Logger, 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal'>;

/** Writes to standard error unless told otherwise: standard output belongs to what commands print for machines. */
export function createLogger(
  level: LogLevel,
  destination: DestinationStream = pino.destination({ fd: 2, sync: true }),
): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: () => `,"at":${Date.now()}`,
      formatters: { level: (label) => ({ level: label }), log: onlyKnown },
      serializers: { err: (value: unknown) => value },
      hooks: {
        // An error passed alone would log its message, and further arguments would be formatted into the sentence.
        logMethod([first, second], method) {
          if (typeof first === 'string') method.call(this, {}, first);
          else method.call(this, first, typeof second === 'string' ? second : 'unexpected error');
        },
      },
    },
    destination,
  );
}

function onlyKnown(fields: Record<string, unknown>): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(fields)) {
    if (!loggedKeys.has(key)) continue;
    if (key === 'err') kept['err'] = describeError(value);
    else if (typeof value === 'number' || typeof value === 'boolean' || value === null) kept[key] = value;
    else if (typeof value === 'string') kept[key] = plainWord.test(value) ? value : '(left out)';
  }
  return kept;
}

/** Name, code and stack. An error's message may quote what was parsed, so it is left out. */
function describeError(value: unknown): Record<string, unknown> {
  if (!(value instanceof Error)) return { name: typeof value };
  const { code } = value as { code?: unknown };
  return {
    name: value.name,
    ...(typeof code === 'string' && plainWord.test(code) ? { code } : {}),
    places: (value.stack ?? '')
      .split('\n')
      .filter((line) => /^\s+at /.test(line))
      .slice(0, 8)
      .map((line) => line.trim()),
    ...(value.cause === undefined ? {} : { cause: describeError(value.cause) }),
  };
}
