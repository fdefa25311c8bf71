import type { Account, Agency, Conversation, Message } from '@transom/shared';
import type { AgencyTx } from '../../store/port.ts';
import { readAccount, readAgency } from './account.ts';
import { readTouchedConversation } from './conversation.ts';
import { readMessage } from './message.ts';

/** Entities on the change feed, and how each is read as the document that desks get. */
export type TouchedEntity = { readonly entity: 'agency' | 'account' | 'conversation' | 'message'; readonly id: string };
export type Document = Agency | Account | Conversation | Message;

/** The current document, or null if it is gone. `rev` is the number of the change that carries it. */
export async function documentOf(tx: AgencyTx, touched: TouchedEntity, rev: number): Promise<Document | null> {
  switch (touched.entity) {
    case 'agency':
      return readAgency(tx);
    case 'account':
      return readAccount(tx, touched.id, rev);
    case 'conversation':
      return readTouchedConversation(tx, touched.id, rev);
    case 'message':
      return readMessage(tx, touched.id, rev);
  }
}
