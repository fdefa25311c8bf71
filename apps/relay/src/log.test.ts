import { expect, test } from 'vitest';
import { createLogger } from './log.ts';

const token = 'EAAsecretTOKENvalue1234567890';
const text = 'How much is the cedar barrel sauna?';

function logged(write: (log: ReturnType<typeof createLogger>) => void): string {
  let lines = '';
  write(
    createLogger('trace', {
      write: (line: string) => {
        lines += line;
      },
    }),
  );
  return lines;
}

test('known fields pass', () => {
  const line = JSON.parse(
    logged((log) => log.info({ deliveryId: 7, accountId: 'a-1', durationMs: 3 }, 'delivery done')),
  ) as object;
  expect(line).toMatchObject({
    level: 'info',
    deliveryId: 7,
    accountId: 'a-1',
    durationMs: 3,
    msg: 'delivery done',
    at: expect.any(Number),
  });
});

test('neither a token nor a person’s words reach the log, however they are passed', () => {
  const failure = new Error(`Unexpected token in "${text}" with ${token}`, { cause: new Error(text) });
  const lines = logged((log) => {
    log.info({ token, text, body: { text }, accountId: 'a' }, 'sent');
    log.info({ code: text, reason: text, state: { text } }, 'refused');
    log.error({ err: failure }, 'failed');
    log.error(failure);
    log.error({ err: text }, 'failed');
    log.warn('sentence %s' as string, ...([text, { token }] as never[]));
    log.warn({ accountId: 'a' }, 'sentence %s %o' as string, ...([text, { token }] as never[]));
  });
  expect(lines.trim().split('\n')).toHaveLength(7);
  expect(lines).not.toContain(token);
  expect(lines).not.toContain(text);
  expect(lines).not.toContain('cedar');
  expect(lines).toContain('log.test.ts');
});
