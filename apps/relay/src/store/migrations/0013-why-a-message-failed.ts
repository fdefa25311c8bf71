import type { Migration } from '../migration.ts';

/**
 * Why a message failed or waits, as a case and its parameters instead of an English sentence. A row that has a sentence keeps it, and is
 * shown with it, until the message changes.
 *
 * No older relay may use the database after this: it reads sentences only, so it would explain nothing, and in the pages of changes that a
 * newer one has written it finds failures without a sentence, which make messages unreadable for its desks.
 */
export const whyAMessageFailed: Migration = {
  compatibleWith: 13,
  sql: `
alter table messages add column failure_reason text;
-- JSON; null where the case has no parameters.
alter table messages add column failure_params text;
-- The person who said so. Documents have the name that this person has when they are made.
alter table messages add column failure_by text;
`,
};
