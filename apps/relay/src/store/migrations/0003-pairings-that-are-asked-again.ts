import type { Migration } from '../migration.ts';

/** A desk that lost the answer to its pairing retries, and must get the device that it made. */
export const pairingsAskedAgain: Migration = {
  compatibleWith: 3,
  sql: `
-- The device that the code made. Null for codes that were used before this was noted: they cannot be asked again.
alter table pairing_codes add column device_id text;
`,
};
