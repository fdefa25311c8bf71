import { newId } from '@transom/shared';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readRecording } from '../build/record/read.ts';
import { openRecordedStage, serveRecorded } from '../build/record/replay.ts';
import { connectScriptDesk, type ScriptDesk } from '../build/record/script-desk.ts';
import type { Stage } from '../build/record/stage.ts';
import { until } from '../build/stack/until.ts';
import { frozen } from './older/frozen.ts';

/**
 * Desks of three versions at one relay at the same time, one of them from the future. Each gets exactly what its schemas know: they drop
 * nothing from a page.
 */
const recording = readRecording(2);
type Page = { readonly changes: readonly Change[]; readonly caughtUp: boolean };
type Change = {
  readonly entity: string;
  readonly id: string;
  readonly document: Readonly<Record<string, unknown>> | null;
};
let stage: Stage;
let url: string;
const desks = new Map<number, ScriptDesk>();
/** A message of a kind that this relay does not know: a newer one left it in the database. */
let strangeId: string;

beforeAll(async () => {
  stage = await openRecordedStage(2, recording);
  strangeId = stage.giveUnknownKind('Do you have the infrared');
  url = (await serveRecorded(stage, recording)).ready.url;
  const { agencyId } = recordedAgency();
  for (const [version, protocol] of [
    [1, { min: 1, max: 1 }],
    [2, { min: 1, max: 2 }],
    [3, { min: 3, max: 99 }],
  ] as const) {
    const { code } = await stage.operate<{ code: string }>('invite', '--agency', agencyId, '--role', 'agent');
    const paired = await fetch(`${url}/api/devices`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code, name: `Desk ${version}` }),
    });
    const { deviceToken } = (await paired.json()) as { deviceToken: string };
    const desk = await connectScriptDesk(url, { token: deviceToken, protocol, cursor: null });
    if ('refused' in desk) throw new Error(`Version ${version} was not let in.`);
    desks.set(version, desk);
  }
});
afterAll(async () => {
  for (const desk of desks.values()) desk.close();
  await stage?.close();
});

function recordedAgency(): { agencyId: string } {
  return { agencyId: String(recording.documents('agency')[0]?.['id']) };
}
function deskOf(version: number): ScriptDesk {
  const desk = desks.get(version);
  if (desk === undefined) throw new Error(`There is no desk of version ${version}.`);
  return desk;
}
const pagesOf = (version: number) => deskOf(version).pages as readonly Page[];
/** The newest document of each thing, by its entity and id. */
function heldBy(version: number): Map<string, Change['document']> {
  const changes = pagesOf(version).flatMap(({ changes: told }) => told);
  return new Map(changes.map(({ entity, id, document }) => [`${entity} ${id}`, document]));
}
async function caughtUp(): Promise<void> {
  for (const version of desks.keys())
    await until(`desk ${version} has everything`, async () => pagesOf(version).at(-1)?.caughtUp || undefined);
}

test('each is greeted in its own version, and all hold the same things', async () => {
  await caughtUp();
  for (const version of [1, 2, 3]) expect(deskOf(version).hello).toMatchObject({ protocol: version });
  for (const version of [1, 2] as const) {
    expect(frozen[version].hello.parse(deskOf(version).hello)).toEqual(deskOf(version).hello);
    expect(frozen[version].timeAnswer.safeParse(await deskOf(version).ask('time')).success).toBe(true);
    expect([...heldBy(version).keys()].toSorted()).toEqual([...heldBy(3).keys()].toSorted());
  }
  expect(heldBy(3).size).toBeGreaterThan(50);
});

test('one that speaks none of the versions is told so in words that each version knows', async () => {
  for (const version of [1, 2] as const) {
    const auth = { token: recording.authOf('arne 1').token, protocol: { min: 0, max: 0 }, cursor: null };
    const answer = await connectScriptDesk(url, auth);
    if (!('refused' in answer) || answer.refused === 'wiped') throw new Error('It was let in.');
    const { message, data } = answer.refused;
    expect(frozen[version].connectRefusal.parse({ message, data }).data).toEqual({ code: 'client_too_old' });
  }
});

test('a word that an older desk does not know becomes one that it does; the newest gets the word itself', async () => {
  const strange = (version: number) => heldBy(version).get(`message ${strangeId}`);
  await caughtUp();
  expect(strange(3)).toMatchObject({ kind: 'drawing' });
  expect(strange(2)).toMatchObject({ kind: 'unsupported' });
  expect(strange(1)).toMatchObject({ kind: 'unsupported' });
  const conversationId = String(strange(3)?.['conversationId']);
  for (const version of [1, 2] as const) {
    const answer = await deskOf(version).ask('history', { conversationId, before: null, limit: 50 });
    expect(frozen[version].historyAnswer.parse(answer)).toEqual(answer);
  }
});

test('what happens now reaches all three, each in its own words', async () => {
  const { maya } = stage.cast.buyers;
  await stage.simulator.writes({ account: maya.account, buyer: maya, text: 'Is anybody there?' });
  const written = (version: number) =>
    [...heldBy(version).values()].find((document) => document?.['text'] === 'Is anybody there?');
  const found = await Promise.all(
    [1, 2, 3].map((version) => until(`desk ${version} hears it`, async () => written(version))),
  );
  const conversationId = String(found[0]?.['conversationId']);
  const later = ['hiddenAt', 'waitsUntil'];
  expect(later.map((name) => found.map((document) => Object.hasOwn(document ?? {}, name)))).toEqual([
    [false, true, true],
    [false, true, true],
  ]);
  for (const version of [1, 2] as const) {
    const command = { kind: 'reply.send', conversationId, text: ' ' };
    const answer = await deskOf(version).ask('command', { id: newId(), command });
    expect(frozen[version].commandAnswer.parse(answer)).toEqual(answer);
  }
});

test('why a reply was not sent is a code with a reason, and older desks get a sentence instead of the reason', async () => {
  const { maya } = stage.cast.buyers;
  await stage.simulator.fault({ kind: 'graph_error', status: 400, code: 368, times: 1 });
  const asked = await until('the newest desk has the conversation', async () =>
    [...heldBy(3).values()].find((document) => document?.['text'] === 'Is anybody there?'),
  );
  const id = newId();
  const conversationId = String(asked?.['conversationId']);
  const command = { kind: 'reply.send', conversationId, text: `Yes, ${maya.name}` };
  expect(await deskOf(3).ask('command', { id, command })).toMatchObject({ ok: true });
  const failed = await Promise.all(
    [1, 2, 3].map((version) =>
      until(`desk ${version} hears why`, async () =>
        [...heldBy(version).values()].find(
          (document) => document?.['clientMessageId'] === id && document['state'] === 'failed',
        ),
      ),
    ),
  );
  const words = 'Meta has restricted messages from this account. Its support inbox in Meta Business Suite says why.';
  expect(failed.map((document) => document?.['failure'])).toEqual([
    { code: 'account_restricted', detail: words },
    { code: 'account_restricted', detail: words },
    { code: 'account_restricted', reason: 'account_restricted.by_meta' },
  ]);
});

test('no page had anything in it that its desk does not know', () => {
  for (const version of [1, 2] as const) {
    expect(pagesOf(version).length).toBeGreaterThan(1);
    for (const page of pagesOf(version)) expect(frozen[version].page.parse(page)).toEqual(page);
  }
  expect(frozen[1].page.parse(pagesOf(2)[0])).not.toEqual(pagesOf(2)[0]);
});
