import type { Migration } from '../migration.ts';

/** The rules of its channel last announced for an account, as desks get them. The relay fills this in when it starts. */
export const thePolicyOfEachAccount: Migration = {
  compatibleWith: 9,
  sql: `
alter table accounts add column policy text;
`,
};
