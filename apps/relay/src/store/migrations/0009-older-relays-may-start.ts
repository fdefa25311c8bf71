import type { Migration } from '../migration.ts';

/**
 * Which relays may still use the database after a newer one has changed it, so that a bad release can be rolled back. Relays of versions
 * before this one do not check, and refuse every newer database.
 */
export const olderRelaysMayStart: Migration = {
  compatibleWith: 9,
  sql: `
-- One row: the oldest version of the tables whose relay may use them as they are now.
create table schema_compatibility (
  id integer primary key check (id = 1),
  compatible_with integer not null
) strict;
`,
};
