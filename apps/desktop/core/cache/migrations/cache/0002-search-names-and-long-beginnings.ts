import type { Db } from '../../open.ts';

/**
 * conversations: `contact` is what a search shows of a person, without reading the document; `contact_name` is what is searched.
 * Prefixes of 1 to 8 letters have an index of their own. For a longer one SQLite first gathers every row of every word with that
 * prefix, which takes 5 ms for a common word among a million messages instead of 0.1 ms. The desk indexes everything again, in
 * small steps, so the other full-text tables start over too. Merging stays with queries/text-index.ts.
 */
export function up(db: Db): void {
  db.exec(`
    ALTER TABLE conversations ADD COLUMN contact TEXT NOT NULL DEFAULT '';
    UPDATE conversations SET contact = json_object(
      'id', document ->> '$.contact.id', 'name', document ->> '$.contact.name',
      'username', document ->> '$.contact.username', 'channel', document ->> '$.channel');
  `);
  for (const kind of ['message', 'contact']) {
    db.exec(`
      DROP TABLE ${kind}_words;
      CREATE VIRTUAL TABLE ${kind}_words USING fts5(
        text, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2', prefix='1 2 3 4 5 6 7 8'
      );
      INSERT INTO ${kind}_words (${kind}_words, rank) VALUES ('automerge', 0), ('crisismerge', 500);
      INSERT INTO ${kind}_pairs (${kind}_pairs) VALUES ('delete-all');
    `);
  }
  db.exec(`
    INSERT INTO message_to_index SELECT position FROM messages WHERE true ON CONFLICT DO NOTHING;
    INSERT INTO contact_to_index SELECT number FROM conversations WHERE true ON CONFLICT DO NOTHING;
  `);
}
