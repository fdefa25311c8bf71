import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { openIntake } from '../testing/deliveries.ts';
import { noon, shop } from '../testing/events.ts';
import { openRelayRoom } from '../testing/relay-room.ts';
import { runCommand } from './run-command.ts';

const person = '7776665554443332';

it('finishes an interrupted erasure by the same id, even though the contact has lost that id', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  await using intake = openIntake(room);
  const messaging = [
    { sender: { id: person }, recipient: { id: shop }, timestamp: noon, message: { mid: 'm1', text: 'secret one' } },
    { sender: { id: person }, recipient: { id: shop }, timestamp: noon + 1, message: { mid: 'm2', text: 'the last' } },
  ];
  await intake.takes(JSON.stringify({ object: 'instagram', entry: [{ id: shop, time: noon, messaging }] }));
  const erase = (): Promise<number> => {
    const output = { machine: () => undefined, people: () => undefined };
    return runCommand(['erase', '--contact', person], { DATABASE_URL: `sqlite:${room.databasePath}` }, output);
  };
  const left = () => agency.rows(`select sender_id from erasures where agency_id = :agency`);
  const texts = () => agency.rows(`select text from messages where agency_id = :agency and text is not null`);

  const db = new Database(room.databasePath);
  db.exec(`create trigger planted before update on erasures begin select raise(abort, 'planted'); end`);
  db.close();
  expect(await erase()).toBe(1);
  expect(await left()).toEqual([{ sender_id: person }]);
  expect(await texts()).toEqual([{ text: 'secret one' }]);

  await room.store.write((tx) => tx.run('drop trigger planted'));
  expect(await erase()).toBe(0);
  expect(await left()).toEqual([]);
  expect(await texts()).toEqual([]);
  expect(await erase()).toBe(1);
});

it('says so if the log of the database keeps a copy because somebody else is reading it', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  await agency.buyerWrites('secret one');
  const [contact] = await agency.rows<{ id: string }>(`select id from contacts where agency_id = :agency`);
  const erase = async (): Promise<string> => {
    const said: string[] = [];
    const output = { machine: () => undefined, people: (line: string) => void said.push(line) };
    await runCommand(['erase', '--contact', contact!.id], { DATABASE_URL: `sqlite:${room.databasePath}` }, output);
    return said.join('\n');
  };
  const backup = new Database(room.databasePath);
  backup.exec('begin');
  backup.prepare('select count(*) from messages').get();
  expect(await erase()).toContain('still holds a copy');
  backup.close();
  const said = await erase();
  expect(said).toContain(`Erased ${contact!.id}`);
  expect(said).not.toContain('copy');
});

it('lists the contacts that match a name, and erases nobody by name', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  await agency.buyerWrites('Hi');
  await agency.agency.write((tx) =>
    tx.run(`update contacts set name = 'Åsa' || char(27) || ' Berg', username = 'aasa.b' where agency_id = :agency`),
  );
  const [contact] = await agency.rows<{ id: string }>(`select id from contacts where agency_id = :agency`);
  const erase = async (wanted: string): Promise<{ code: number; said: string }> => {
    const said: string[] = [];
    const output = { machine: () => undefined, people: (line: string) => void said.push(line) };
    const code = await runCommand(
      ['erase', '--contact', wanted],
      { DATABASE_URL: `sqlite:${room.databasePath}` },
      output,
    );
    return { code, said: said.join('\n') };
  };
  for (const wanted of ['åsa', '@aasa.b', 'Berg']) {
    const { code, said } = await erase(wanted);
    expect(code).toBe(1);
    expect(said).toContain(`${contact!.id}  Åsa Berg @aasa.b`);
  }
  for (const nobody of ['Åse', '@']) expect((await erase(nobody)).said).not.toContain(contact!.id);
  expect(await agency.rows(`select text from messages where agency_id = :agency`)).toEqual([{ text: 'Hi' }]);
});
