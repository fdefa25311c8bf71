import { eraseContact } from '../accounts/erase-contact.ts';
import { takeOut } from '../channels/all.ts';
import { copyForgotten, forgottenPathOf } from '../forgotten/forgotten-file.ts';
import type { Store } from '../store/port.ts';
import { type Command, need, Refused } from './command.ts';
import { chooseAgency, databaseOf, withStore } from './relay-files.ts';

export const erase: Command = {
  name: 'erase',
  summary: 'Erase what is held about a person who wrote',
  usage: `[--agency ID] --contact ID

  --agency ID    the agency, by id or name; may be left out where there is only one
  --contact ID   the contact's id, or Meta's id of the person. With a name instead, nothing is erased, and whoever has that name
                 is listed with their ids

Text, attachments, names and ids are erased, here and on every desk. This cannot be undone. Earlier backups keep them until you
delete those. Prints {"contactId","messages","deliveries","isLogEmptied"}.`,
  options: { agency: { type: 'string' }, contact: { type: 'string' } },
  async run(call) {
    const wanted = need(call, 'contact');
    return withStore(call.settings, async (store) => {
      const agency = await chooseAgency(store, call.option('agency'));
      // Meta's id is per account, so one buyer may be several contacts. If this command was killed halfway before, the contact has already
      // lost that id, and only the unfinished erasure still knows it.
      const contacts = await store.forAgency(agency.id).read((tx) =>
        tx.all<{ id: string }>(
          `select id from contacts where agency_id = :agency and (id = :wanted or sender_id = :wanted)
             union select contact_id from erasures where agency_id = :agency and sender_id = :wanted`,
          { wanted },
        ),
      );
      if (contacts.length === 0)
        throw new Refused(
          [`${agency.name} has no contact "${wanted}".`, ...(await namesakes(store, agency.id, wanted))].join('\n'),
        );
      for (const { id } of contacts) {
        const erased = await eraseContact({ store, takeOut }, agency.id, id, 'operator', Date.now());
        if (erased === null) continue;
        const { messages, deliveries, isLogEmptied } = erased;
        call.tell(
          erased,
          `Erased ${id}; messages: ${messages}, webhooks: ${deliveries}.${isLogEmptied ? '' : copyInLog(id)}`,
        );
      }
      await copyForgotten(store, forgottenPathOf(databaseOf(call.settings)), Date.now());
      return 0;
    });
  },
};

const copyInLog = (contactId: string): string =>
  ` Another process is reading the database, perhaps a backup, so the database's log (the file that ends in -wal) still holds a copy. A relay that serves removes it within an hour after that process has ended. To remove it sooner, wait for that process and run "transom-relay erase --contact ${contactId}".`;

const maxListed = 20;
type Person = {
  readonly id: string;
  readonly name: string | null;
  readonly username: string | null;
  readonly account: string;
};

/** Buyers ask by name, and the operator must find out the id. Erasing by name would one day erase somebody else. */
async function namesakes(store: Store, agencyId: string, wanted: string): Promise<string[]> {
  const part = wanted.trim().replace(/^@/, '').toLowerCase();
  if (part === '') return [];
  const people = await store.forAgency(agencyId).read((tx) =>
    tx.all<Person>(
      `select c.id, c.name, c.username, a.name as account from contacts c
       join accounts a on a.agency_id = c.agency_id and a.id = c.account_id
       where c.agency_id = :agency and (c.name is not null or c.username is not null) order by c.name, c.id`,
    ),
  );
  const found = people.filter(({ name, username }) =>
    [name, username].some((own) => own?.toLowerCase().includes(part)),
  );
  if (found.length === 0) return [];
  const listed = found.slice(0, maxListed).map(({ id, name, username, account }) => {
    const called = [name, username === null ? null : `@${username}`].filter((each) => each !== null).join(' ');
    // Users choose their names, and a name may contain characters that control a terminal.
    return `  ${id}  ${called.replace(/\p{C}/gu, '')}, who wrote to ${account}`;
  });
  const rest = found.length - listed.length;
  return [
    'People who are called so, to be erased with --contact and their id:',
    ...listed,
    ...(rest > 0 ? [`  and ${rest} more: give more of the name`] : []),
  ];
}
