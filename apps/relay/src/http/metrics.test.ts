import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { createLogger } from '../log.ts';
import { Metrics } from './metrics.ts';
import { listenForMetrics } from './metrics-listener.ts';

function someMetrics(): Metrics {
  const metrics = new Metrics();
  metrics.count('transom_webhooks_total', { result: 'stored' });
  metrics.count('transom_webhooks_total', { result: 'bad_signature' }, 3);
  metrics.gauge('transom_desks_connected', 'Desks that are connected.', () => 2);
  metrics.gauge('transom_deliveries_oldest_age_seconds', 'Age of the oldest.', async () => 0.5);
  return metrics;
}

/** What Prometheus's own linter complains about, for counters and gauges (prometheus/util/promlint, 2026). */
function complaintsOf(text: string): string[] {
  const complaints: string[] = [];
  const types = new Map<string, string>();
  const helped = new Set<string>();
  if (!text.endsWith('\n')) complaints.push('the last line has no end');
  for (const line of text.trimEnd().split('\n')) {
    const about = /^# (HELP|TYPE) ([a-zA-Z_:][\w:]*) (.+)$/.exec(line);
    if (about !== null) {
      const [, what, name = '', rest = ''] = about;
      if (what === 'HELP') helped.add(name);
      else if (types.has(name)) complaints.push(`${name} has two types`);
      else types.set(name, rest);
      continue;
    }
    const sample =
      /^([a-zA-Z_:][\w:]*)(\{\w+="[^"\\\n]*"(?:,\w+="[^"\\\n]*")*\})? (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/.exec(line);
    const name = sample?.[1];
    if (name === undefined) complaints.push(`not a sample: ${line}`);
    else {
      if (!helped.has(name)) complaints.push(`${name} has no help text`);
      if (!types.has(name)) complaints.push(`${name} has no type before its samples`);
      if ((types.get(name) === 'counter') !== name.endsWith('_total'))
        complaints.push(`${name}: counters end in _total`);
      if (/_(ms|milliseconds|minutes|hours|kilobytes|megabytes|percent)(_|$)/.test(name))
        complaints.push(`${name}: base units`);
      if (/[A-Z]|:/.test(name)) complaints.push(`${name}: snake case`);
    }
  }
  return complaints;
}

it('writes figures that pass a strict linter', async () => {
  const text = await someMetrics().render();
  expect(complaintsOf(text)).toEqual([]);
  expect(text).toContain('transom_webhooks_total{result="bad_signature"} 3\n');
  expect(complaintsOf('# TYPE a counter\na 1\n')).toHaveLength(2);
});

it('serves them on their own port, next to the relay\u2019s or any free one', async () => {
  const taken = createServer();
  taken.listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const relayPort = (taken.address() as AddressInfo).port - 1;
  const listener = await listenForMetrics({ named: null, relayPort }, someMetrics(), createLogger('silent'));
  const answer = await fetch(listener.url);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    200,
    'text/plain; version=0.0.4; charset=utf-8',
  ]);
  expect(complaintsOf(await answer.text())).toEqual([]);
  expect((await fetch(new URL('/readyz', listener.url))).status).toBe(404);
  await listener.close();
  const { port } = taken.address() as AddressInfo;
  await expect(
    listenForMetrics({ named: { host: '127.0.0.1', port }, relayPort }, someMetrics(), createLogger('silent')),
  ).rejects.toThrow('EADDRINUSE');
  taken.close();
});
