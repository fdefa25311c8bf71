import type { ChannelAccount, SentMessage } from '../../../outbound/channel-port.ts';
import { asId, asList, asRecord, asText, asTime, type Shape } from '../shape.ts';
import type { Ask } from './account.ts';
import type { GraphDialect } from './dialect.ts';

/** Meta gives details of only the 20 newest. If even those are "too much data", the newest few are enough for a look-up. */
const pageSizes = [20, 5];

/** What the business wrote last to this person, newest first. Null when it cannot be read now. */
export async function readSent(
  ask: Ask,
  dialect: GraphDialect,
  account: ChannelAccount,
  contactId: string,
): Promise<readonly SentMessage[] | null> {
  // Without `updated_time`, which makes the query fail on a full inbox (field report, 2026).
  const found = await ask(account.token, 'GET', [account.nativeId, 'conversations'], {
    platform: dialect.platform,
    user_id: contactId,
    fields: 'id',
  });
  const conversations = found.ok ? asList(found.body.data) : null;
  if (conversations === null) return null;
  if (conversations.length === 0) return [];
  const conversationId = asId(asRecord(conversations[0])?.id);
  if (conversationId === null) return null;
  for (const size of pageSizes) {
    const fields = `messages.limit(${size}){id,created_time,from,message}`;
    const read = await ask(account.token, 'GET', [conversationId], { fields });
    const messages = read.ok ? asList(asRecord(read.body.messages)?.data) : null;
    if (messages !== null) return sentAmong(messages.map(asRecord), contactId);
  }
  return null;
}

/** A conversation has two sides: a message with another author than the person was written by the business. */
function sentAmong(messages: readonly (Shape | null)[], contactId: string): SentMessage[] {
  const sent: SentMessage[] = [];
  for (const message of messages) {
    const nativeMessageId = asId(message?.id);
    const sentAt = asTime(message?.created_time);
    const authorId = asId(asRecord(message?.from)?.id);
    if (nativeMessageId === null || sentAt === null || authorId === null || authorId === contactId) continue;
    sent.push({ nativeMessageId, text: asText(message?.message), sentAt });
  }
  return sent.sort((one, other) => other.sentAt - one.sentAt);
}

/** The person's name. Meta gives it only for people who wrote; for those who only commented (code 230) it is null. */
export async function readProfile(
  ask: Ask,
  dialect: GraphDialect,
  account: ChannelAccount,
  contactId: string,
): Promise<{ name: string | null; username: string | null } | null> {
  const asked = await ask(account.token, 'GET', [contactId], { fields: dialect.profileFields });
  if (!asked.ok) return null;
  const { body } = asked;
  const parts = [asText(body.first_name), asText(body.last_name)].filter((part) => part !== null);
  return { name: asText(body.name) ?? (parts.length > 0 ? parts.join(' ') : null), username: asText(body.username) };
}
