import type { Migration } from '../migration.ts';

/** The rules of its channel that an account was told last, as desks get them. Filled by the relay when it starts. */
export const thePolicyOfEachAccount: Migration = {
  compatibleWith: 9,
  sql: `
alter table accounts add column policy text;
`,
};
