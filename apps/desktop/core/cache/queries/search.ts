import type { SearchHit } from '../../../contract/views.ts';
import type { Db, Explainable } from '../open.ts';
import { excerptOf, searchQuery } from '../searchable-text.ts';

/**
 * Newest first, always: full-text rowids are in order of time, so the newest hits are read from the end of the index and the
 * rest is never touched. By rank, every hit would have to be looked at (129 ms instead of 0.1 ms over a million messages).
 */
type Said = {
  id: string;
  conversation_id: string;
  sent_at: number;
  /** Null for a message that was taken back a moment ago and is still in the index. */
  text: string | null;
  contact_name: string | null;
};
type Person = { id: string; contact_name: string; last_message_at: number };

export function searchQueries(db: Db, indexNewest: () => void) {
  const messages = (table: string) =>
    db.prepare<[string, number], Said>(
      `SELECT messages.id, conversation_id, sent_at, contact_name,
         iif(messages.document ->> 'unsentAt' IS NULL, messages.document ->> 'text', NULL) AS text
       FROM (SELECT rowid AS found FROM ${table} WHERE ${table} MATCH +? ORDER BY rowid DESC LIMIT +?)
       CROSS JOIN messages ON messages.position = found
       LEFT JOIN conversations ON conversations.id = messages.conversation_id`,
    );
  const contacts = (table: string) =>
    db.prepare<[string, number], Person>(
      `SELECT id, contact_name, last_message_at
       FROM (SELECT rowid AS found FROM ${table} WHERE ${table} MATCH +? ORDER BY rowid DESC LIMIT +?)
       CROSS JOIN conversations ON conversations.number = found`,
    );
  const statements = {
    messages: { words: messages('message_words'), pairs: messages('message_pairs') },
    contacts: { words: contacts('contact_words'), pairs: contacts('contact_pairs') },
  };

  return {
    find(text: string, limit: number): SearchHit[] {
      const query = searchQuery(text);
      if (query === null) return [];
      // What arrived a moment ago is found too; after a long absence the index may still be behind.
      indexNewest();
      const people = statements.contacts[query.index].all(query.match, limit).map(contactHit);
      const said = statements.messages[query.index].all(query.match, limit).flatMap(messageHit);
      const newest = [...people, ...said].sort((one, other) => other.sentAt - one.sentAt).slice(0, limit);
      return newest.map(({ found, ...hit }) => ({ ...hit, ...excerptOf(found, text) }));
    },
    statements: statements as Readonly<Record<'messages' | 'contacts', Explainable>>,
  };
}

/** A hit before anything is cut out of the text that was found; most of them are not among the newest. */
type Found = Omit<SearchHit, 'excerpt' | 'marks'> & { readonly found: string };

function messageHit({ id, conversation_id, sent_at, text, contact_name }: Said): Found | [] {
  if (text === null) return [];
  return {
    conversationId: conversation_id,
    messageId: id,
    contactName: contact_name ?? '',
    sentAt: sent_at,
    found: text,
  };
}

function contactHit({ id, contact_name, last_message_at }: Person): Found {
  return {
    conversationId: id,
    messageId: null,
    contactName: contact_name,
    sentAt: last_message_at,
    found: contact_name,
  };
}
