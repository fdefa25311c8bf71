import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { type Remote, startRemote } from '../../build/bench/process-calls.ts';
import { relayTarget } from '../../build/bench/suites/relay-target.ts';
import { operate } from '../../build/stack/operator.ts';
import type { Stack, StackAccount } from '../../build/stack/stack.ts';
import { callApi } from '../relay-from-outside.ts';
import type { Beside } from './webhooks-process.ts';

export function openDatabase(stack: Stack): Database.Database {
  return new Database(join(stack.dir, 'data', 'transom.db'));
}

/** Pairs a new device with this code and returns its token. */
export async function pair(stack: Stack, code: string): Promise<string> {
  const { body } = await callApi<{ deviceToken: string }>(stack, 'POST', '/api/devices', {
    json: { code, name: 'Front desk' },
  });
  return body.deviceToken;
}

/** One more agency on the same relay, with an account of its own; the token is its owner's. */
export async function addAgency(stack: Stack, name: string): Promise<{ account: StackAccount; token: string }> {
  const username = name.toLowerCase().replaceAll(' ', '');
  const account = await stack.simulator.addAccount({ channel: 'instagram', name, username });
  const setup = ['setup', '--agency', name, '--plan', 'plus'];
  const { agencyId, ownerCode } = await operate<{ agencyId: string; ownerCode: string }>(stack.env, ...setup);
  const tokenFile = join(stack.dir, `${username}.token`);
  await writeFile(tokenFile, account.token, { mode: 0o600 });
  const add = ['account', 'add', '--agency', agencyId, '--channel', 'instagram', '--token-file', tokenFile];
  await operate(stack.env, ...add);
  return { account, token: await pair(stack, ownerCode) };
}

/** Adds `count` devices of new people with this role, as if each had been invited; returns their tokens. */
export function addDevices(stack: Stack, count: number, role: 'agent' | 'viewer'): string[] {
  const db = openDatabase(stack);
  const tokens = Array.from({ length: count }, () => randomBytes(32).toString('base64url'));
  db.transaction(() => {
    for (const [n, token] of tokens.entries()) {
      const id = `${role}-${Date.now()}-${n}`;
      const at = Date.now();
      db.prepare('insert into people (agency_id, id, name, role, created_at) values (?, ?, ?, ?, ?)').run(
        ...[stack.agencyId, id, `Person ${n}`, role, at],
      );
      db.prepare('insert into devices (agency_id, id, person_id, name, created_at) values (?, ?, ?, ?, ?)').run(
        ...[stack.agencyId, id, id, 'Desk', at],
      );
      db.prepare('insert into device_tokens (token_hash, agency_id, device_id) values (?, ?, ?)').run(
        ...[createHash('sha256').update(token).digest('hex'), stack.agencyId, id],
      );
    }
  })();
  db.close();
  return tokens;
}

export function headOf(stack: Stack): { epoch: string; seq: number } {
  const db = openDatabase(stack);
  const head = db
    .prepare<[string], { epoch: string; seq: number }>('select epoch, seq from agencies where id = ?')
    .get(stack.agencyId);
  db.close();
  if (head === undefined) throw new Error('The agency is gone.');
  return head;
}

export const startDesks = (): Remote => startRemote(new URL('./desks-process.ts', import.meta.url));
export const startCrowd = (): Remote => startRemote(new URL('./crowd-process.ts', import.meta.url));

/** Sends webhooks at this rate while `work` runs; returns what became of them. */
export async function withWebhooks(stack: Stack, perSecond: number, work: () => Promise<void>): Promise<Beside> {
  const sender = startRemote(new URL('./webhooks-process.ts', import.meta.url));
  try {
    await sender.call('begin', stack.relayUrl, relayTarget(stack), perSecond, `s${Date.now()}`);
    await work();
    return await sender.call<Beside>('end');
  } finally {
    await sender.stop();
  }
}

/** The resident memory of the relay, in MB. */
export function memoryMb(stack: Stack): number {
  const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${stack.relayPid()}/status`, 'utf8'))?.[1];
  return Math.round(Number(kilobytes) / 1_024);
}

/** Watches the peak memory of the relay; `stop` returns it, in MB. */
export function watchMemory(stack: Stack) {
  let isOn = true;
  let most = 0;
  const watching = (async () => {
    while (isOn) {
      most = Math.max(most, memoryMb(stack));
      await pause(50);
    }
  })();
  // When a test fails, the relay may be gone before the watch is stopped.
  watching.catch(() => undefined);
  return {
    async stop(): Promise<number> {
      isOn = false;
      await watching;
      return most;
    },
  };
}
