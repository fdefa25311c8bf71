import { newId } from '@transom/shared';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readRecording } from '../build/record/read.ts';
import { openRecordedStage, serveRecorded } from '../build/record/replay.ts';
import { connectScriptDesk, type ScriptDesk } from '../build/record/script-desk.ts';
import type { Stage } from '../build/record/stage.ts';
import { until } from '../build/stack/until.ts';
import {
  commandAnswerV1,
  connectRefusalV1,
  helloV1,
  historyAnswerV1,
  type PageV1,
  pageV1,
  timeAnswerV1,
} from '../packages/shared/src/recorded/v1/schemas.ts';
import { byId, heldAfter } from './older/desk-contents.ts';
import { FrozenCache } from './older/frozen-cache.ts';
import { keepsShape } from './older/shape.ts';

/**
 * A desk of version 1 at the current relay, which has the database of version 1. It says what it said then, and reads with the schemas that
 * it had then.
 */
const recording = readRecording(1);
let stage: Stage;
let url: string;
const desks: ScriptDesk[] = [];

beforeAll(async () => {
  stage = await openRecordedStage(1, recording);
  url = (await serveRecorded(stage, recording)).ready.url;
});
afterAll(async () => {
  for (const desk of desks) desk.close();
  await stage?.close();
});

async function connect(connection: string, cursor: unknown = null): Promise<ScriptDesk> {
  const desk = await connectScriptDesk(url, { ...recording.authOf(connection), cursor });
  if ('refused' in desk) throw new Error(`${connection} was not let in.`);
  desks.push(desk);
  return desk;
}

/** `rev` depends on how far the feed was when somebody asked. */
function withoutRev(documents: readonly object[]): object[] {
  return byId(documents).map((document) => ({ ...document, rev: null }));
}

/** Reads all pages until the relay says that there is no more, each with the frozen schema. */
async function catchUp(desk: ScriptDesk): Promise<PageV1[]> {
  return until('the desk has caught up', async () => {
    const pages = desk.pages.map((page) => pageV1.parse(page));
    return pages.at(-1)?.caughtUp === true ? pages : undefined;
  });
}

test('a desk without a cursor is greeted and gets a snapshot that it can read: all that version 1 had', async () => {
  const desk = await connect('dana 1');
  expect(helloV1.parse(desk.hello)).toMatchObject({
    protocol: 1,
    agency: { plan: 'pro' },
    person: { name: 'Dana', role: 'owner' },
  });
  const pages = await catchUp(desk);
  expect(pages[0]).toMatchObject({ kind: 'snapshot', first: true });
  const now = new FrozenCache();
  for (const page of pages) now.apply(page);
  // The last recorded view of the relay of version 1.
  const then = heldAfter(recording, ['arne 2']);
  for (const entity of ['account', 'agency', 'conversation', 'message'] as const)
    expect(withoutRev(now.documents(entity))).toEqual(withoutRev(then.documents(entity)));
});

test('a desk that resumes from its cursor gets what it missed, without a gap', async () => {
  const { cursor } = recording.authOf('dana 2');
  const desk = await connect('dana 2', cursor);
  const pages = await catchUp(desk);
  const cache = new FrozenCache(cursor);
  for (const page of pages) cache.apply(page);
  const missed = recording
    .pagesOf('dana 2')
    .flatMap(({ changes }) => changes.map(({ seq, entity, id }) => ({ seq, entity, id })));
  const got = pages.flatMap(({ changes }) => changes.map(({ seq, entity, id }) => ({ seq, entity, id })));
  expect(got.slice(0, missed.length)).toEqual(missed);
});

test.each(['dana 1', 'dana 2', 'arne 1'])(
  'each command of %s, asked again, gets its recorded answer',
  async (connection) => {
    const desk = await connect(connection);
    for (const { event, args, answer } of recording.asked(connection)) {
      if (event !== 'command') continue;
      const [then] = answer as [{ ok: boolean; refusal?: { code: string } }];
      const now = commandAnswerV1.parse(await desk.ask(event, ...args));
      // A sentence may be reworded; what it stands for may not change.
      expect(now, JSON.stringify(args)).toMatchObject(
        then.ok ? then : { ok: false, refusal: { code: then.refusal?.code } },
      );
    }
  },
);

test('history and time are answered as recorded', async () => {
  const desk = await connect('dana 1');
  for (const { event, args, answer } of recording.asked('vera 1')) {
    if (event === 'time') timeAnswerV1.parse(await desk.ask(event));
    if (event !== 'history') continue;
    const now = historyAnswerV1.parse(await desk.ask(event, ...args));
    const then = historyAnswerV1.parse(answer[0]);
    if (!now.ok || !then.ok)
      expect(now).toMatchObject(then.ok ? then : { ok: false, refusal: { code: then.refusal.code } });
    else
      expect({ ...now, messages: withoutRev(now.messages) }).toEqual({ ...then, messages: withoutRev(then.messages) });
  }
});

test('what happens now reaches it in words that it reads: a message, a reply and its states, every kind of command', async () => {
  const desk = await connect('dana 1');
  const cache = new FrozenCache();
  const { maya } = stage.cast.buyers;
  await stage.simulator.writes({ account: maya.account, buyer: maya, text: 'Is the barrel still to be had?' });
  const written = await until('the message is there', async () =>
    newest().find(({ text }) => text?.startsWith('Is the barrel')),
  );
  const { conversationId } = written;

  async function does(command: object, id = newId()): Promise<unknown> {
    return commandAnswerV1.parse(await desk.ask('command', { id, command }));
  }
  const reply = newId();
  expect(await does({ kind: 'handoff.claim', conversationId })).toMatchObject({ ok: true });
  expect(await does({ kind: 'reply.send', conversationId, text: 'It is.' }, reply)).toMatchObject({
    ok: true,
    state: 'queued',
  });
  expect(await does({ kind: 'note.add', conversationId, text: 'In a hurry.' })).toMatchObject({
    ok: true,
    state: 'received',
  });
  expect(await does({ kind: 'handoff.release', conversationId })).toMatchObject({ ok: true });
  expect(await does({ kind: 'handoff.resolve', conversationId })).toMatchObject({ ok: true });
  await until('the reply went out', async () =>
    newest().find(({ clientMessageId, state }) => clientMessageId === reply && state === 'sent'),
  );
  expect(await stage.simulator.delivered({ buyer: maya })).toMatchObject([{ text: 'It is.' }]);
  for (const page of await catchUp(desk)) cache.apply(page);

  function newest() {
    return desk.pages.flatMap((page) =>
      pageV1.parse(page).changes.flatMap((change) => (change.entity === 'message' ? (change.document ?? []) : [])),
    );
  }
});

test('a desk that is not let in is told why, as recorded', async () => {
  for (const connection of ['stranger 1', 'stranger 2', 'stranger 3', 'stranger 4']) {
    const answer = await connectScriptDesk(url, recording.authOf(connection));
    if (!('refused' in answer)) throw new Error(`${connection} was let in.`);
    const then = recording.of(connection).find(({ kind }) => kind === 'refused');
    // A desk that was revoked may be told to erase what it has instead: version 1 does so when it hears `wipe`.
    if (answer.refused === 'wiped') expect(connection).toBe('stranger 1');
    else
      expect(connectRefusalV1.parse({ message: answer.refused.message, data: answer.refused.data })).toEqual(
        then?.kind === 'refused' && then.error,
      );
  }
});

test('the HTTP interface answers a script of version 1 in the recorded shape', async () => {
  const { token } = recording.authOf('dana 1');
  for (const { method, path, body, status, answer } of recording.calls()) {
    // Codes and devices are used up, a deletion would be a new one, and the description has a test of its own.
    if (/^\/api\/(devices|meta|openapi)/.test(path) || (path === '/api/conversations' && status === 401)) continue;
    const response = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body === null ? {} : { 'content-type': 'application/json' }) },
      ...(body === null ? {} : { body: JSON.stringify(body) }),
    });
    expect(response.status, `${method} ${path}`).toBe(status);
    if (typeof answer !== 'object') continue;
    expect(keepsShape(answer, await response.json()), `${method} ${path}`).toEqual([]);
  }
});

test('the HTTP interface describes every recorded call', async () => {
  type Described = { paths: Record<string, Record<string, { responses: object }>> };
  const then = recording.calls().find(({ path }) => path === '/api/openapi.json')?.answer as Described;
  const now = (await (await fetch(`${url}/api/openapi.json`)).json()) as Described;
  for (const [path, methods] of Object.entries(then.paths))
    for (const [method, { responses }] of Object.entries(methods))
      expect(Object.keys(now.paths[path]?.[method]?.responses ?? {}), `${method} ${path}`).toEqual(
        expect.arrayContaining(Object.keys(responses).filter((status) => status.startsWith('2'))),
      );
});
