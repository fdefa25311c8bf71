import type { Migration } from '../migration.ts';

/** Until when a person snoozed a conversation (ms since 1970); null if nobody did. */
export const putOffUntil: Migration = {
  compatibleWith: 9,
  sql: `
alter table conversations add column snoozed_until integer;
`,
};
