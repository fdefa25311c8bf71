import type { Migration } from '../migration.ts';
import { firstTables } from './0001-first-tables.ts';
import { promisesKept } from './0002-promises-kept.ts';
import { pairingsAskedAgain } from './0003-pairings-that-are-asked-again.ts';
import { attemptsByTheChannelsClock } from './0004-attempts-by-the-channels-clock.ts';
import { seenAndOnTheirWay } from './0005-seen-and-on-their-way.ts';
import { whatWasClosed } from './0006-what-was-closed.ts';
import { eachReplyThatWasLost } from './0007-each-reply-that-was-lost.ts';
import { whereConversationsWent } from './0008-where-conversations-went.ts';
import { olderRelaysMayStart } from './0009-older-relays-may-start.ts';
import { oneOpenDeletion } from './0010-one-open-deletion.ts';
import { thePolicyOfEachAccount } from './0011-the-policy-of-each-account.ts';
import { putOffUntil } from './0012-put-off-until.ts';
import { whyAMessageFailed } from './0013-why-a-message-failed.ts';
import { partners } from './0014-partners.ts';

/** The first makes version 1 of an empty database, and so on. None is ever changed once it is released. */
export const migrations: readonly Migration[] = [
  firstTables,
  promisesKept,
  pairingsAskedAgain,
  attemptsByTheChannelsClock,
  seenAndOnTheirWay,
  whatWasClosed,
  eachReplyThatWasLost,
  whereConversationsWent,
  olderRelaysMayStart,
  oneOpenDeletion,
  thePolicyOfEachAccount,
  putOffUntil,
  whyAMessageFailed,
  partners,
];

/** The version to which this relay brings a database, whichever store keeps it. */
export const schemaVersion = migrations.length;
