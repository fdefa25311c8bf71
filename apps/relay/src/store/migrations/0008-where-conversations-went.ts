import type { Migration } from '../migration.ts';

/** A desk that learns late that a conversation is gone must still be told whether it was merged, and into which one. */
export const whereConversationsWent: Migration = {
  compatibleWith: 8,
  sql: `
-- The newest survivor of each conversation that was merged away: ids only.
create table merged_conversations (
  agency_id text not null,
  id text not null,
  merged_into text not null,
  primary key (agency_id, id)
) strict, without rowid;
create index merged_conversations_survivor on merged_conversations (agency_id, merged_into);
-- Whatever was merged before stands in the audit trail. Each is followed from survivor to survivor, to the one that was not merged itself.
insert into merged_conversations (agency_id, id, merged_into)
with recursive merges as (
  select agency_id,
    json_extract(detail, '$.from') as id, -- only: sqlite
    cast(detail as json) ->> 'from' as id, -- only: postgresql
    target as merged_into
  from events where action = 'conversation.merged'
), ways as (
  select agency_id, id, merged_into from merges
  union
  select w.agency_id, w.id, m.merged_into from ways w
  join merges m on m.agency_id = w.agency_id and m.id = w.merged_into
)
select agency_id, id, max(merged_into) from ways w
where not exists (select 1 from merges m where m.agency_id = w.agency_id and m.id = w.merged_into)
group by agency_id, id;
`,
};
