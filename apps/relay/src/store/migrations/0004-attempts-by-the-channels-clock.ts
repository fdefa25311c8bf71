import type { Migration } from '../migration.ts';

/** A clock that was ahead and is corrected later must not make Meta's record of an attempt seem too old to match it. */
export const attemptsByTheChannelsClock: Migration = {
  compatibleWith: 4,
  sql: `
-- When the last attempt began by the channel's clock, where its answers told how far ahead of it ours is.
alter table messages add column attempt_dated_at integer;
-- Our own sends that no native id proves yet: what an echo is compared with.
drop index messages_unproved;
create index messages_unproved on messages (agency_id, conversation_id, coalesce(attempt_dated_at, attempt_started_at))
  where native_message_id is null and attempt_started_at is not null;
-- Those that began, as it seems, later than now: the clock was put back.
create index messages_begun on messages (agency_id, attempt_started_at) where native_message_id is null and attempt_started_at is not null;
`,
};
