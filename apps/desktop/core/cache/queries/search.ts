import type { SearchHit } from '../../../contract/views.ts';
import { wordsNear } from '../near-words.ts';
import type { Db, Explainable } from '../open.ts';
import {
  beginning,
  type Excerpt,
  excerptsFor,
  quote,
  type SearchQuery,
  searchQuery,
  wordsOf,
} from '../searchable-text.ts';
import { readStoredMessage, type Stored } from '../stored-document.ts';
import { visibleText } from './text-index.ts';

type Found = {
  readonly conversationId: string;
  /** Null where a contact's name was found. */
  readonly messageId: string | null;
  /** JSON; null when the message arrived before its conversation. */
  readonly contact: string | null;
  readonly sentAt: number;
  readonly text: string;
};
type FoundMessage = Omit<Found, 'text' | 'messageId'> & Stored & { readonly messageId: string; readonly rev: number };

/** Some hundred words are one mistake away from another, and somebody is waiting. */
const maxGuessingMs = 40;

/**
 * Newest first, always: full-text rowids are in order of time (people by their last message), so the newest hits are read from the end of
 * the index and the rest is never touched. Ranking would have to look at every hit (129 ms instead of 0.1 ms over a million messages).
 */
export function searchQueries(db: Db, indexNewest: () => void) {
  const messages = (table: string) =>
    db.prepare<[string, number], FoundMessage>(
      `SELECT conversation_id AS conversationId, messages.id AS messageId, messages.rev, contact,
         sent_at AS sentAt, messages.document, messages.sum
       FROM (SELECT rowid AS found FROM ${table} WHERE ${table} MATCH +? ORDER BY rowid DESC LIMIT +?)
       CROSS JOIN messages ON messages.position = found
       LEFT JOIN conversations ON conversations.id = messages.conversation_id`,
    );
  const contacts = (table: string) =>
    db.prepare<[string, number], Found>(
      `SELECT id AS conversationId, NULL AS messageId, contact, last_message_at AS sentAt,
         contact_name AS text
       FROM (SELECT rowid AS found FROM ${table} WHERE ${table} MATCH +? ORDER BY rowid DESC LIMIT +?)
       CROSS JOIN conversations ON conversations.written = found`,
    );
  const statements = {
    messages: { words: messages('message_words'), pairs: messages('message_pairs') },
    contacts: { words: contacts('contact_words'), pairs: contacts('contact_pairs') },
  };

  const oneWith = ['message_words', 'contact_words'].map((table) =>
    db.prepare<[string]>(`SELECT 1 FROM ${table} WHERE ${table} MATCH ? LIMIT 1`),
  );
  const occurs = (match: string): boolean => oneWith.some((one) => one.get(match) !== undefined);

  function newestOf({ index, match }: SearchQuery, limit: number): Found[] {
    const people: Found[] = statements.contacts[index].all(match, limit);
    const said = statements.messages[index].all(match, limit).flatMap(({ document, sum, rev, ...found }): Found[] => {
      const text = visibleText(readStoredMessage({ id: found.messageId, rev, document, sum }));
      // A message that was taken back a moment ago may still be in the index.
      return text === null ? [] : [{ ...found, text }];
    });
    return [...people, ...said].sort((one, other) => other.sentAt - one.sentAt).slice(0, limit);
  }

  /** Only if nothing is found as typed. */
  function findForgiving(text: string, limit: number): SearchHit[] {
    const meant = meantBy(wordsOf(text));
    if (meant === null) return [];
    const cut = excerptsFor(meant.words.join(' '));
    return newestOf({ index: 'words', match: meant.match }, limit).map((found) => hitOf(found, cut));
  }

  /** Replaces words that occur nowhere with those one mistake away that do; null if that does not help. */
  function meantBy(typed: readonly string[]): { readonly words: string[]; readonly match: string } | null {
    const until = performance.now() + maxGuessingMs;
    const words: string[] = [];
    const parts: string[] = [];
    let isGuessed = false;
    for (const term of typed) {
      if (occurs(beginning(term))) {
        words.push(term);
        parts.push(beginning(term));
        continue;
      }
      const guesses: string[] = [];
      for (const { word, mayGoOn } of wordsNear(term)) {
        if (performance.now() > until) break;
        const match = mayGoOn ? beginning(word) : quote(word);
        if (!occurs(match)) continue;
        words.push(word);
        guesses.push(match);
      }
      if (guesses.length === 0) return null;
      parts.push(`(${guesses.join(' OR ')})`);
      isGuessed = true;
    }
    return isGuessed ? { words, match: parts.join(' AND ') } : null;
  }

  return {
    find(text: string, limit: number): SearchHit[] {
      const query = searchQuery(text);
      if (query === null) return [];
      // What arrived a moment ago is found too; after a long absence the index may still be behind.
      indexNewest();
      const newest = newestOf(query, limit);
      if (newest.length === 0 && query.index === 'words') return findForgiving(text, limit);
      const cut = excerptsFor(text);
      return newest.map((found) => hitOf(found, cut));
    },
    statements: statements as Readonly<Record<'messages' | 'contacts', Explainable>>,
  };
}

function hitOf({ conversationId, messageId, contact, sentAt, text }: Found, cut: (text: string) => Excerpt): SearchHit {
  const { excerpt, marks } = cut(text);
  return {
    conversationId,
    messageId,
    contact: contact === null ? null : (JSON.parse(contact) as SearchHit['contact']),
    excerpt,
    marks,
    sentAt,
  };
}
