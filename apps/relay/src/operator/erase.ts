import { eraseContact } from '../accounts/erase-contact.ts';
import { copyForgotten, forgottenPathOf } from '../forgotten/forgotten-file.ts';
import { takeOut } from '../meta/normalize/take-out.ts';
import { type Command, need, Refused } from './command.ts';
import { chooseAgency, withStore } from './relay-files.ts';

export const erase: Command = {
  name: 'erase',
  summary: 'Erase what is held about a person who wrote',
  usage: `[--agency ID] --contact ID

  --agency ID    the agency, by id or name; may be left out where there is only one
  --contact ID   the contact's id, or Meta's id of the person

Text, attachments, names and ids are erased, here and on every desk. This cannot be undone. Earlier backups keep them until you
delete those. Prints {"contactId","messages","deliveries"}.`,
  options: { agency: { type: 'string' }, contact: { type: 'string' } },
  async run(call) {
    const wanted = need(call, 'contact');
    return withStore(call.settings, async (store) => {
      const agency = await chooseAgency(store, call.option('agency'));
      // Meta's id is per account, so that one person may be several contacts. Where this command was killed in the middle before, the
      // contact has lost that id already, and only the unfinished erasure still knows it.
      const contacts = await store.forAgency(agency.id).read((tx) =>
        tx.all<{ id: string }>(
          `select id from contacts where agency_id = :agency and (id = :wanted or sender_id = :wanted)
             union select contact_id from erasures where agency_id = :agency and sender_id = :wanted`,
          { wanted },
        ),
      );
      if (contacts.length === 0) throw new Refused(`${agency.name} has no contact "${wanted}".`);
      for (const { id } of contacts) {
        const erased = await eraseContact({ store, takeOut }, agency.id, id, 'operator', Date.now());
        if (erased !== null)
          call.tell(erased, `Erased ${id}; messages: ${erased.messages}, webhooks: ${erased.deliveries}.`);
      }
      await copyForgotten(store, forgottenPathOf(call.settings.databasePath), Date.now());
      return 0;
    });
  },
};
