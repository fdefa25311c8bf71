import Database from 'better-sqlite3';
import { expect, it, onTestFinished } from 'vitest';
import { bodyOf, openIntake } from '../testing/deliveries.ts';
import { openRelayRoom } from '../testing/relay-room.ts';

/** The agencies whose rows are locked for their numbers, in this order; one list per commit. */
function watchNumbersTaken(): string[][] {
  const commits: string[][] = [[]];
  const db = new Database(':memory:');
  const prepared = Object.getPrototypeOf(db.prepare('select 1')) as Record<'get' | 'run', Ask>;
  db.close();
  const real = { get: prepared.get, run: prepared.run };
  prepared.get = function (this: Asking, ...args) {
    const [params] = args as { agency: string }[];
    if (this.source.startsWith('select seq,')) commits.at(-1)?.push(params?.agency ?? '');
    return real.get.apply(this, args);
  };
  prepared.run = function (this: Asking, ...args) {
    if (this.source === 'commit') commits.push([]);
    return real.run.apply(this, args);
  };
  onTestFinished(() => void Object.assign(prepared, real));
  return commits;
}
type Asking = { readonly source: string };
type Ask = (this: Asking, ...args: unknown[]) => unknown;

it('locks several agencies in the order of their ids, whichever the webhooks name first', async () => {
  await using room = await openRelayRoom();
  const agencies = [];
  for (const nativeId of ['1', '2', '3']) agencies.push(await room.addAgency({ nativeId }));
  const ids = agencies.map(({ id }) => id).toSorted();
  await using intake = openIntake(room);
  const commits = watchNumbersTaken();
  const backwards = agencies.toSorted((one, other) => (one.id < other.id ? 1 : -1));
  const delivery = (name: string) =>
    bodyOf(...backwards.map(({ nativeId: account }) => ({ mid: `${name} ${account}`, text: 'Hi', account })));
  await intake.takes(delivery('alone'));
  expect(commits.filter((taken) => taken.length > 0)).toEqual([ids]);
  // A crowd is brought in by the normalizer, some of it in each transaction.
  await intake.takes(...Array.from({ length: 10 }, (_, n) => delivery(`${n}`)));
  expect(Math.max(...commits.map((taken) => taken.length))).toBe(3);
  for (const taken of commits) expect(taken).toEqual(taken.toSorted());
});
