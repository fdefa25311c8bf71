import type Database from 'better-sqlite3';

type Merge = { readonly agency: string; readonly id: string; readonly into: string };

/** A desk that reads of a gone conversation late must still be told whether it was merged, and into which one. */
export function whereConversationsWent(db: Database.Database): void {
  db.exec(`
-- The newest survivor of each conversation that was merged away: ids only.
create table merged_conversations (
  agency_id text not null,
  id text not null,
  merged_into text not null,
  primary key (agency_id, id)
) strict, without rowid;
create index merged_conversations_survivor on merged_conversations (agency_id, merged_into);
`);
  // Whatever was merged before stands in the audit trail.
  const merges = db.prepare<[], Merge>(
    `select agency_id as agency, json_extract(detail, '$.from') as id, target as "into" from events
     where action = 'conversation.merged' order by agency_id, n`,
  );
  const passOn = db.prepare(
    'update merged_conversations set merged_into = @into where agency_id = @agency and merged_into = @id',
  );
  const note = db.prepare('insert or replace into merged_conversations values (@agency, @id, @into)');
  for (const merge of merges.all()) {
    passOn.run(merge);
    note.run(merge);
  }
}
