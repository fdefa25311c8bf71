import { existsSync, statfsSync } from 'node:fs';
import { relative } from 'node:path';
import { en, sentenceOf } from '@transom/shared';
import { channelAccount } from '../accounts/open-account.ts';
import { channelsThatCannotReceive } from '../channels/all.ts';
import { listAccounts } from '../ledger/documents/account.ts';
import type { Settings } from '../settings.ts';
import type { Store } from '../store/port.ts';
import { verifyTrail } from '../trail/chain.ts';
import { Vault } from '../vault/vault.ts';
import type { Command } from './command.ts';
import { databaseOf, listAgencies, withStore } from './relay-files.ts';

/** What one check found: a sentence that says what it saw and, if something is wrong, what to do. */
type Finding = { readonly state: 'well' | 'warning' | 'broken'; readonly detail: string };
const well = (detail: string): Finding => ({ state: 'well', detail });
const warning = (detail: string): Finding => ({ state: 'warning', detail });
const broken = (detail: string): Finding => ({ state: 'broken', detail });

type Check = { readonly name: string; look(settings: Settings): Promise<Finding> };

const enoughFreeBytes = 256 * 1024 * 1024;

const checks: readonly Check[] = [
  {
    name: 'database',
    async look(settings) {
      const database = databaseOf(settings);
      if (!(await database.exists()))
        return broken(`There is none at ${database.name}. Run "transom-relay setup", or set DATABASE_URL.`);
      const inspected = await database.inspect();
      return inspected.ok
        ? well(`${database.name} is whole (version ${inspected.version}).`)
        : broken(`${inspected.detail} Restore a backup.`);
    },
  },
  {
    name: 'disk',
    async look(settings) {
      const { folder } = databaseOf(settings);
      if (!existsSync(folder)) return warning(`${folder} does not exist yet.`);
      const { bavail, bsize } = statfsSync(folder);
      const freeBytes = bavail * bsize;
      const words = `${Math.round(freeBytes / 1024 / 1024)} MB are free.`;
      return freeBytes > enoughFreeBytes
        ? well(words)
        : broken(`${words} Make room: a full disk makes Meta wait, then stop.`);
    },
  },
  {
    name: 'master key',
    async look(settings) {
      const { masterKeyFile } = settings;
      new Vault(masterKeyFile);
      const inside = !relative(databaseOf(settings).folder, masterKeyFile).startsWith('..');
      return inside
        ? warning(
            `${masterKeyFile} lies with the data. Whoever takes the folder can open everything: move it and set TRANSOM_MASTER_KEY_FILE.`,
          )
        : well(`${masterKeyFile} is readable by its owner only.`);
    },
  },
  {
    name: 'accounts',
    look: (settings) => withStore(settings, (store) => lookAtAccounts(store, new Vault(settings.masterKeyFile))),
  },
  {
    name: 'receiving',
    async look(settings) {
      const problems = channelsThatCannotReceive(settings.channels);
      return problems.length === 0
        ? well('Every channel can prove that a webhook comes from Meta.')
        : warning(problems.join(' '));
    },
  },
  {
    name: 'public address',
    async look({ publicUrl }) {
      return publicUrl === null
        ? warning('PUBLIC_URL is not set: nobody can connect an account by signing in with Meta.')
        : well(`${publicUrl}.`);
    },
  },
  { name: 'deliveries', look: (settings) => withStore(settings, lookAtDeliveries) },
  { name: 'audit trail', look: (settings) => withStore(settings, lookAtTrails) },
  {
    name: 'relay',
    async look({ host, port }) {
      const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}/readyz`;
      const response = await fetch(url, { signal: AbortSignal.timeout(2_000) }).catch(() => null);
      if (response === null) return warning(`Nothing answers at ${url}. Start it with "transom-relay serve".`);
      return response.ok
        ? well(`It serves at ${url} and takes writes.`)
        : broken(`It answers at ${url} but is not ready: ${await response.text()}`);
    },
  },
];

export const doctor: Command = {
  name: 'doctor',
  summary: 'Look at everything that a relay needs and say what is not well',
  usage: `

Prints one numbered check a line; {"check","name","state","detail"} with --json. Ends with 1 where something is broken.`,
  options: {},
  async run(call) {
    let failures = 0;
    for (const [index, { name, look }] of checks.entries()) {
      const { state, detail } = await look(call.settings).catch((error: unknown) =>
        broken(error instanceof Error ? error.message : 'It could not be looked at.'),
      );
      if (state === 'broken') failures += 1;
      const sign = { well: 'ok', warning: 'look', broken: 'BROKEN' }[state];
      call.tell({ check: index + 1, name, state, detail }, `${index + 1}. ${name}: ${sign}. ${detail}`);
    }
    return failures === 0 ? 0 : 1;
  },
};

async function lookAtAccounts(store: Store, vault: Vault): Promise<Finding> {
  let connected = 0;
  const waiting: string[] = [];
  const troubles: string[] = [];
  for (const { id: agencyId } of await listAgencies(store)) {
    await store.forAgency(agencyId).read(async (tx) => {
      for (const { id, name, state, trouble } of await listAccounts(tx, 0)) {
        await channelAccount(tx, vault, id);
        if (state === 'connected') connected += 1;
        else waiting.push(name);
        if (trouble !== null) troubles.push(`${name}: ${sentenceOf(en, trouble)}`);
      }
    });
  }
  if (waiting.length > 0) troubles.unshift(`To be connected again: ${waiting.join(', ')}.`);
  if (troubles.length > 0) return warning([`${connected} connected.`, ...troubles].join(' '));
  return connected === 0
    ? warning('None is connected. See "transom-relay account --help".')
    : well(`${connected} connected, every token opens.`);
}

async function lookAtDeliveries(store: Store): Promise<Finding> {
  const counts = await store.read((tx) =>
    tx.all<{ state: string; n: number }>(
      `select state, count(*) as n from deliveries where state <> 'done' group by state`,
    ),
  );
  const failed = counts.find(({ state }) => state === 'failed')?.n ?? 0;
  const pending = counts.find(({ state }) => state === 'pending')?.n ?? 0;
  if (failed > 0)
    return warning(
      `${failed} failed. See "transom-relay deliveries --state failed"; after the cause is gone, "transom-relay replay --state failed".`,
    );
  return well(`${pending} waiting, none failed.`);
}

async function lookAtTrails(store: Store): Promise<Finding> {
  const agencies = await listAgencies(store);
  for (const { id, name } of agencies) {
    const verdict = await store.forAgency(id).read(verifyTrail);
    if (!verdict.ok)
      return broken(
        `The trail of ${name} is broken at entry ${verdict.brokenAt}: somebody changed the database from outside.`,
      );
  }
  return agencies.length === 0
    ? warning('There is no agency yet. Run "transom-relay setup".')
    : well(`Unbroken for ${agencies.length === 1 ? 'one agency' : `all ${agencies.length} agencies`}.`);
}
