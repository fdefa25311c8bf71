import type { Migration } from '../migration.ts';

/**
 * Who looks after several agencies, and which agencies have allowed it. The agencies' own rows know nothing of it: none names a partner. A
 * relay that does not know these tables lets no partner in, and misses nothing.
 */
export const partners: Migration = {
  compatibleWith: 9,
  sql: `
create table partners (
  id text primary key,
  name text not null,
  created_at integer not null
) strict, without rowid;

create table partner_people (
  partner_id text not null references partners (id),
  id text not null,
  name text not null,
  -- manager, viewer
  role text not null,
  created_at integer not null,
  primary key (partner_id, id)
) strict, without rowid;

create table partner_grants (
  id text primary key,
  partner_id text not null references partners (id),
  agency_id text not null references agencies (id),
  -- An owner of the business.
  granted_by text not null,
  granted_at integer not null,
  ended_by text,
  ended_at integer
) strict, without rowid;
create unique index partner_grants_open on partner_grants (partner_id, agency_id) where ended_at is null;
create index partner_grants_agency on partner_grants (agency_id);
`,
};
