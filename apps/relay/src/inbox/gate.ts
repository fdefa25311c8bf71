import {
  type Account,
  type Conversation,
  checkPrivateReply,
  checkReply,
  checkText,
  type Person,
  type Refusal,
  refuse,
  type WindowFacts,
} from '@transom/shared';
import type { AgencyWork } from '../ledger/agency-work.ts';
import { readAccount, readAgency } from '../ledger/documents/account.ts';
import { readConversation } from '../ledger/documents/conversation.ts';
import { refuseIfAnsweredMeanwhile } from './answered-meanwhile.ts';

/**
 * The one gate to the outside. A message to a buyer exists only if it passed here: asked for by a person of this agency, in a conversation
 * that the buyer began, inside the window. The rules themselves are shared with the desk.
 */
export type Passage =
  | { readonly ok: true; readonly conversation: Conversation; readonly account: Account }
  | { readonly ok: false; readonly refusal: Refusal };

type Asked = {
  readonly conversationId: string;
  readonly person: Person;
  readonly text: string;
  readonly seenMessageId: string | undefined;
} & (
  | { readonly kind: 'reply' }
  /** Judged by the comment that it answers, which need not be the thread's newest. */
  | { readonly kind: 'private_reply'; readonly comment: WindowFacts['comment'] }
);

export async function checkSendRules(work: AgencyWork, asked: Asked): Promise<Passage> {
  const { tx, now } = work;
  const conversation = await readConversation(tx, asked.conversationId, 0);
  const account = conversation === null ? null : await readAccount(tx, conversation.accountId, 0);
  if (conversation === null || account === null) {
    return {
      ok: false,
      refusal: refuse('not_found.conversation_to_answer'),
    };
  }
  const { plan } = await readAgency(tx);
  const question = { conversation, account, person: asked.person, plan, now };
  const answer =
    asked.kind === 'reply'
      ? checkReply(question)
      : checkPrivateReply({
          ...question,
          conversation: { ...conversation, window: { ...conversation.window, comment: asked.comment } },
        });
  // The answer itself tells more than whose claim it is.
  if (answer.ok || answer.refusal.code === 'claimed_by_other') {
    const unseen = await refuseIfAnsweredMeanwhile(work, { ...asked, personId: asked.person.id });
    if (unseen !== null) return { ok: false, refusal: unseen };
  }
  if (!answer.ok) return answer;
  const words = checkText(account, asked.text);
  if (words !== null) return { ok: false, refusal: words };
  return { ok: true, conversation, account };
}
