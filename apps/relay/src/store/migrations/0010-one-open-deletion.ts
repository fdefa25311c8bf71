import type { Migration } from '../migration.ts';

/** A person with an open request to erase has one code, however many requests come at the same moment. */
export const oneOpenDeletion: Migration = {
  compatibleWith: 9,
  sql: `
create unique index deletion_requests_open on deletion_requests (app_scoped_id) where done_at is null;
`,
};
