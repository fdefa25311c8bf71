import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectDesk, type DeskClient } from '../build/stack/desk-client.ts';
import { operate } from '../build/stack/operator.ts';
import { type Stack, startStack } from '../build/stack/stack.ts';
import { until } from '../build/stack/until.ts';

/**
 * After an erasure nothing of the person is left in any file of the relay or of a desk: not where they wrote it, not in logs, indexes,
 * drafts or unsent replies, and not after restoring a backup from before. A desk that was away learns of it when it is back.
 */
type Buyer = { readonly name: string; readonly words: string; readonly draft: string };
const heard: Buyer = { name: 'Ottilie Marquardt', words: 'Zedernholz', draft: 'Quittengelee' };
const missed: Buyer = { name: 'Leopold Brandauer', words: 'Eschenbrett', draft: 'Pfauenfeder' };
let stack: Stack;
let desk: DeskClient;
let deskDir: string;
const idOf = new Map<Buyer, string>();

beforeAll(async () => {
  stack = await startStack();
  deskDir = join(stack.dir, 'desk');
  const host = await stack.startDesk({ code: stack.ownerCode, dataDir: deskDir });
  desk = await connectDesk(host.ready.url);
}, 120_000);
afterAll(async () => {
  desk?.close();
  await stack?.close();
});

test('an erased person is in no file of the relay or of a desk, whether the desk was connected or away, nor after a restore', async () => {
  const relayDir = join(stack.dir, 'data');
  await writesAndEdits(heard);
  await writesAndEdits(missed);
  const backup = join(stack.dir, 'backup.db');
  await operate(stack.env, 'backup', '--to', backup);

  await erase(heard);
  await isGone(heard, deskDir);
  await isGone(heard, relayDir);

  await stack.stopRelay('stop');
  await erase(missed);
  await stack.startRelay();
  await isGone(missed, deskDir);
  await isGone(missed, relayDir);

  await stack.stopRelay('stop');
  await operate(stack.env, 'restore', '--from', backup);
  await stack.startRelay();
  for (const buyer of [heard, missed]) {
    await isGone(buyer, relayDir, /before-restore/);
    expect(stack.relayLog()).not.toMatch(new RegExp([buyer.words, buyer.name, idOf.get(buyer)].join('|')));
  }
  await until('the desk has what was restored', async () =>
    (await desk.call('session.get', {})).connection.relay === 'live' ? true : undefined,
  );
  for (const buyer of [heard, missed]) await isGone(buyer, deskDir);
}, 120_000);

async function writesAndEdits({ name, words, draft }: Buyer): Promise<void> {
  const account = stack.accounts[0]!;
  const buyer = await stack.simulator.buyer({ account, name });
  idOf.set(name === heard.name ? heard : missed, buyer.id);
  await stack.simulator.writes({ account, buyer, text: `Do you have ${words}?` });
  const { nativeMessageId } = await stack.simulator.writes({ account, buyer, text: `${words} for 4 people` });
  await stack.simulator.edits({ account, buyer, nativeMessageId, text: `${words} for 6 people` });
  const conversationId = await until(`${name} is in the inbox`, async () => {
    const { rows } = await desk.call('inbox.list', { lane: 'answer', after: null, limit: 50 });
    return rows.find(({ contact, lastMessage }) => contact.name === name && lastMessage?.preview.includes('6'))?.id;
  });
  await desk.call('draft.put', { conversationId, tab: 'reply', text: `Dear you, ${draft}`, baseRev: 0 });
  expect(tracesOf([words, draft], deskDir).length).toBeGreaterThan(1);
}

async function erase(buyer: Buyer): Promise<void> {
  const erased = await operate<{ messages: number }>(stack.env, 'erase', '--contact', idOf.get(buyer) ?? '');
  expect(erased.messages).toBe(2);
}

async function isGone(buyer: Buyer, folder: string, except?: RegExp): Promise<void> {
  const sought = [buyer.words, buyer.name, buyer.draft, idOf.get(buyer) ?? ''];
  let left: string[] = [];
  await until(`${buyer.name} is gone from ${folder}`, async () => {
    left = tracesOf(sought, folder, except);
    return left.length === 0 ? true : undefined;
  }).catch(() => expect(left).toEqual([]));
}

/** Files under `folder` that contain one of these, whatever kind of file they are. */
function tracesOf(sought: readonly string[], folder: string, except?: RegExp): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).flatMap((entry) => {
    const path = join(folder, entry);
    if (except?.test(entry) === true || !existsSync(path) || !statSync(path).isFile()) return [];
    const bytes = readFileSync(path);
    return sought
      .filter((word) => bytes.includes(word) || bytes.includes(word.toLowerCase()))
      .map((word) => `${entry}: ${word}`);
  });
}
