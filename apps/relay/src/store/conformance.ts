import { newId } from '@transom/shared';
import { expect, it, vi } from 'vitest';
import { overtaken, StoreError } from './errors.ts';
import type { AgencyTx, Statements, Store, SystemTx } from './port.ts';

/** A separate database, created for one test. `await using` removes it. */
export type FreshDatabase = AsyncDisposable & {
  /** Opens another store, as another process would: with connections, locks and turns of its own. Closed with the database. */
  open(): Store;
  /** Makes the database abort one transaction in favor of another, once: when it is next asked to run this statement. */
  conflictOnceAt(statement: RegExp): void;
};

const insert = `insert into probes (name, at) values (:name, :at)`;
const probes = `select name, at from probes where name <> 'count' order by name`;
const names = async (tx: Statements): Promise<string[]> =>
  (await tx.all<{ name: string }>(probes)).map(({ name }) => name);
const people = `select id from people where agency_id = :agency order by id`;
const addPerson = `insert into people (agency_id, id, name, role, created_at) values (:agency, :id, :name, 'agent', 1)`;

/** Tests what every store promises (`port.ts`). Call it once in a test file, with a function that makes a database for each test. */
export function itConforms(makeDatabase: () => FreshDatabase): void {
  async function withStore(test: (store: Store, database: FreshDatabase) => Promise<void>): Promise<void> {
    await using database = makeDatabase();
    await test(database.open(), database);
  }

  it('reads one moment, whoever commits between two queries', () =>
    withStore(async (store, database) => {
      const other = database.open();
      const agencyId = await addAgency(store);
      const seen = await store.read(async (tx) => {
        const before = await names(tx);
        await other.write((writing) => writing.run(insert, { name: 'meanwhile', at: 1 }));
        return [before, await names(tx)];
      });
      expect(seen).toEqual([[], []]);
      expect(await store.read(names)).toEqual(['meanwhile']);

      const ofAgency = await store.forAgency(agencyId).read(async (tx) => {
        const before = await tx.all(people);
        await other.forAgency(agencyId).write((writing) => writing.run(addPerson, { id: 'p', name: 'Olga' }));
        return [before, await tx.all(people)];
      });
      expect(ofAgency).toEqual([[], []]);
      expect(await store.forAgency(agencyId).read((tx) => tx.all(people))).toEqual([{ id: 'p' }]);
    }));

  it('changes nothing in a read', () =>
    withStore(async (store) => {
      await expect(store.read((tx) => tx.run(insert, { name: 'a', at: 1 }))).rejects.toThrow();
      const agencyId = await addAgency(store);
      await expect(
        store.forAgency(agencyId).read((tx) => tx.run(addPerson, { id: 'p', name: 'Olga' })),
      ).rejects.toThrow();
      expect(await store.read(names)).toEqual([]);
      expect(await store.forAgency(agencyId).read((tx) => tx.all(people))).toEqual([]);
    }));

  it('does all of a write or nothing', () =>
    withStore(async (store) => {
      const failing = store.write(async (tx) => {
        await tx.run(insert, { name: 'a', at: 1 });
        throw new Error('half way');
      });
      await expect(failing).rejects.toThrow('half way');
      expect(await store.read(names)).toEqual([]);
      await store.write((tx) => tx.run(insert, { name: 'b', at: 1 }));
      expect(await store.read(names)).toEqual(['b']);
    }));

  it('undoes only that part with a savepoint', () =>
    withStore(async (store) => {
      await store.write(async (tx) => {
        await tx.run(insert, { name: 'before', at: 1 });
        const part = tx.savepoint(async () => {
          await tx.run(insert, { name: 'part', at: 1 });
          await tx.savepoint(() => tx.run(insert, { name: 'inner', at: 1 }));
          throw new Error('this part');
        });
        await expect(part).rejects.toThrow('this part');
        // A statement that fails on its own must not spoil what comes after it.
        await expect(tx.savepoint(() => tx.run(insert, { name: 'before', at: 2 }))).rejects.toThrow();
        await tx.run(insert, { name: 'after', at: 1 });
      });
      expect(await store.read(names)).toEqual(['after', 'before']);
    }));

  it.each([
    ['at its commit', /^commit/i],
    ['in the middle', /^insert into probes/i],
  ])('reruns a write that met a conflict %s, with one result', (_when, statement) =>
    withStore(async (store, database) => {
      await store.write((tx) => tx.run(insert, { name: 'count', at: 0 }));
      database.conflictOnceAt(statement);
      let runs = 0;
      const result = await store.write(async (tx) => {
        runs += 1;
        await tx.run(`update probes set at = at + 1 where name = 'count'`);
        await tx.run(insert, { name: `of run ${runs}`, at: 1 });
        return runs;
      });
      expect([result, runs]).toEqual([2, 2]);
      expect(await store.read(names)).toEqual(['of run 2']);
      expect(await store.read((tx) => tx.get(`select at from probes where name = 'count'`))).toEqual({ at: 1 });
    }),
  );

  it.each<[string, (tx: SystemTx) => Promise<unknown>]>([
    ['goes on', (tx) => tx.run(insert, { name: 'a', at: 1 }).catch(() => undefined)],
    [
      'goes on after a savepoint',
      (tx) => tx.savepoint(() => tx.run(insert, { name: 'a', at: 1 })).catch(() => undefined),
    ],
    [
      'turns it into another error',
      (tx) => tx.run(insert, { name: 'a', at: 1 }).catch(() => Promise.reject(new Error('of the work'))),
    ],
  ])('reruns a write even if its work %s after the conflict', (_what, work) =>
    withStore(async (store, database) => {
      database.conflictOnceAt(/^insert into probes/i);
      let runs = 0;
      await store.write(async (tx) => {
        runs += 1;
        await work(tx);
      });
      expect(runs).toBe(2);
      expect(await store.read(names)).toEqual(['a']);
    }),
  );

  it('reruns an agency’s write, and any work that says that it was overtaken', () =>
    withStore(async (store, database) => {
      const agency = store.forAgency(await addAgency(store));
      database.conflictOnceAt(/^commit/i);
      let runs = 0;
      await agency.write(async (tx) => {
        runs += 1;
        await tx.run(addPerson, { id: `of run ${runs}`, name: 'Olga' });
        if (runs === 2) throw overtaken('for this test');
      });
      expect(runs).toBe(3);
      expect(await agency.read((tx) => tx.all(people))).toEqual([{ id: 'of run 3' }]);
    }));

  it('gives up if the conflict never ends, and says so', () =>
    withStore(async (store) => {
      let runs = 0;
      const write = store.write(async (tx) => {
        runs += 1;
        await tx.run(insert, { name: 'a', at: 1 });
        throw overtaken('always');
      });
      await expect(write).rejects.toMatchObject({ name: 'StoreError', reason: 'conflict' });
      expect(runs).toBeGreaterThan(1);
      expect(await store.read(names)).toEqual([]);
    }));

  it('loses no update when two read and then write the same row', () =>
    withStore(async (store, database) => {
      const agencyId = await addAgency(store);
      const stores = [store, database.open()];
      await Promise.all(
        stores.flatMap((each) => Array.from({ length: 20 }, () => each.forAgency(agencyId).write(countUp))),
      );
      expect(await store.read((tx) => tx.get(`select seq from agencies`))).toEqual({ seq: 40 });
    }));

  it('lets writes that reach the same agencies in opposite orders both end', () =>
    withStore(async (store, database) => {
      const ids = [await addAgency(store), await addAgency(store)].toSorted();
      const reach = (of: Store, order: readonly string[]) =>
        of.write(async (tx) => {
          for (const id of order) await countUp(tx.forAgency(id));
        });
      const other = database.open();
      await Promise.all(Array.from({ length: 10 }, () => [reach(store, ids), reach(other, ids.toReversed())]).flat());
      expect(await store.read((tx) => tx.all(`select seq from agencies`))).toEqual([{ seq: 20 }, { seq: 20 }]);
    }));

  it('gives a row that two would insert to one of them', () =>
    withStore(async (store, database) => {
      const claim = `${insert} on conflict (name) do nothing`;
      const claims = [store, database.open()].map((each) => each.write((tx) => tx.run(claim, { name: 'a', at: 1 })));
      expect((await Promise.all(claims)).toSorted((one, two) => one - two)).toEqual([0, 1]);
    }));

  it('keeps agencies apart, whatever a caller gives as the agency', () =>
    withStore(async (store) => {
      const [one, two] = [await addAgency(store), await addAgency(store)];
      await store.forAgency(one).write((tx) => tx.run(addPerson, { id: 'of one', name: 'Olga' }));
      expect(await store.forAgency(two).read((tx) => tx.all(people, { agency: one }))).toEqual([]);
      expect(await store.read((tx) => tx.forAgency(one).all(people))).toEqual([{ id: 'of one' }]);
      await expect(store.forAgency(one).read((tx) => tx.all(`select id from people`))).rejects.toThrow(
        'must name :agency',
      );
      await expect(store.read((tx) => tx.all(`select id from people`))).rejects.toThrow('forAgency(id)');
    }));

  it('returns the rows that were written', () =>
    withStore(async (store) => {
      const returning = `${insert} on conflict (name) do update set at = probes.at + excluded.at returning name, at`;
      const [first, second] = await store.write(async (tx) => [
        await tx.get(returning, { name: 'a', at: 1 }),
        await tx.all(returning, { name: 'a', at: 2 }),
      ]);
      expect(first).toEqual({ name: 'a', at: 1 });
      expect(second).toEqual([{ name: 'a', at: 3 }]);
      const update = `update probes set at = 9 where name = :name`;
      expect(await store.write((tx) => tx.run(update, { name: 'a' }))).toBe(1);
      expect(await store.write((tx) => tx.run(update, { name: 'nobody' }))).toBe(0);
      expect(await store.read((tx) => tx.get(probes, {}))).toEqual({ name: 'a', at: 9 });
    }));

  it.each([2 ** 53, -(2 ** 53), Number.MAX_SAFE_INTEGER, 1_796_000_000_000, 0, -1])('keeps the number %d', (at) =>
    withStore(async (store) => {
      expect(await store.write((tx) => tx.get(`${insert} returning at`, { name: 'n', at }))).toEqual({ at });
      expect(await store.read((tx) => tx.get(`select at from probes where at = :at`, { at }))).toEqual({ at });
    }),
  );

  it.each([
    ['Latin', 'Größe, façade, smørrebrød, Łódź'],
    ['two ways to write one letter', 'e\u0301 \u00e9'],
    ['Arabic and Hebrew', '\u202bمرحبا שלום\u202c'],
    ['Devanagari and Tamil', 'नमस्ते வணக்கம்'],
    ['Chinese, Japanese, Korean', '你好 こんにちは 안녕하세요 𠮷'],
    ['emoji of several parts', '👩🏽‍🚒 🏴󠁧󠁢󠁳󠁣󠁴󠁿 🇳🇴'],
    ['SQL syntax', `':at' -- "x" \\ % _ ; $1 ? +:name`],
    ['control characters', '\u0001\t\r\n\u007f\u2028\ufeff'],
    ['spaces at both ends', '  a  '],
    ['nothing', ''],
  ])('keeps text as it was given: %s', (_script, text) =>
    withStore(async (store) => {
      const agency = store.forAgency(await addAgency(store));
      await agency.write((tx) => tx.run(addPerson, { id: 'p', name: text }));
      const find = `select name from people where agency_id = :agency and name = :text`;
      expect(await agency.read((tx) => tx.get(find, { text }))).toEqual({ name: text });
    }),
  );

  it('keeps what is not a character as U+FFFD, and finds it again', () =>
    withStore(async (store) => {
      const agency = store.forAgency(await addAgency(store));
      const text = 'a\0b\ud83dc';
      await agency.write((tx) => tx.run(addPerson, { id: 'p', name: text }));
      const find = `select name, length(name) as length from people where agency_id = :agency and name = :text`;
      expect(await agency.read((tx) => tx.get(find, { text }))).toEqual({ name: 'a\ufffdb\ufffdc', length: 5 });
    }));

  it('keeps bytes as they were given', () =>
    withStore(async (store) => {
      const body = Buffer.from(Array.from({ length: 512 }, (_, index) => index % 256));
      const row = await store.write((tx) =>
        tx.get<{ body: Buffer }>(
          `insert into deliveries (received_at, route, signed_by, body) values (1, 'r', 's', :body) returning body`,
          { body },
        ),
      );
      expect(row?.body.equals(body)).toBe(true);
    }));

  it('notices what another process writes, and not what it writes itself', () =>
    withStore(async (store, database) => {
      const noticed = vi.fn();
      const stop = store.onOutsideWrite(noticed);
      await store.write((tx) => tx.run(insert, { name: 'own', at: 1 }));
      await database.open().write((tx) => tx.run(insert, { name: 'other', at: 1 }));
      await vi.waitFor(() => expect(noticed).toHaveBeenCalledOnce(), { timeout: 3_000 });
      stop();
    }));

  it('does what was asked for before it closes, and nothing that is asked for afterwards', () =>
    withStore(async (store, database) => {
      const waiting = Array.from({ length: 20 }, (_, n) =>
        store.write((tx) => tx.run(insert, { name: `${n}`, at: n })),
      );
      const reading = store.read(names);
      await store.close();
      expect(await Promise.all(waiting)).toEqual(Array.from({ length: 20 }, () => 1));
      await expect(reading).resolves.toBeInstanceOf(Array);
      await expect(store.read(names)).rejects.toMatchObject({ reason: 'closed' });
      await expect(store.write(async () => 1)).rejects.toBeInstanceOf(StoreError);
      await expect(store.forgetRemoved()).rejects.toMatchObject({ reason: 'closed' });
      expect(await database.open().read(names)).toHaveLength(20);
    }));
}

async function addAgency(store: Store): Promise<string> {
  const id = newId();
  await store.write((tx) =>
    tx.run(
      `insert into agencies (id, name, plan, epoch, data_key, created_at) values (:id, 'Nordic Saunas', 'plus', 'e', 'k', 1)`,
      { id },
    ),
  );
  return id;
}

/** Reads first and writes afterwards, with a pause in which others get their turn. */
async function countUp(tx: AgencyTx): Promise<void> {
  const agency = await tx.get<{ seq: number }>(`select seq from agencies where id = :agency`);
  await new Promise(setImmediate);
  await tx.run(`update agencies set seq = :next where id = :agency`, { next: (agency?.seq ?? 0) + 1 });
}
