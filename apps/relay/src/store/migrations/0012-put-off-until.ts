import type { Migration } from '../migration.ts';

/** Until when a person put a conversation off (ms since 1970); null when nobody did. */
export const putOffUntil: Migration = {
  compatibleWith: 9,
  sql: `
alter table conversations add column snoozed_until integer;
`,
};
