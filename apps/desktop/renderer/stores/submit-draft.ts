import type { StoreApi } from 'zustand/vanilla';
import type { MethodInput } from '../../contract/contract.ts';
import type { DraftTab } from '../../contract/views.ts';
import type { CoreClient } from '../core-client.ts';
import { withAnswer } from '../display/interruption.ts';
import { sentence } from '../text/sentence.ts';
import { text, type Words } from '../text/spoken.ts';
import type { Attempts } from './attempts.ts';
import { type ComposeState, interruptionOf, isSubmitting, type Submitted, typed } from './compose-state.ts';
import type { KeptDrafts } from './kept-drafts.ts';

/** What a press of Send needs. `refuse` shows in the field why nothing was sent; null clears that. */
export type Submitting = {
  readonly client: CoreClient;
  readonly store: StoreApi<ComposeState>;
  readonly drafts: KeptDrafts;
  readonly attempts: Attempts;
  refuse(conversationId: string, reason: Words | null): void;
};

/** Sends the text of the current tab, unless there is something that the person must see first. */
export async function submitDraft(submitting: Submitting, commentId: string | null): Promise<Submitted> {
  const { getState: get, setState: set } = submitting.store;
  const { conversationId } = get();
  if (conversationId === null || isSubmitting(get()) || typed(get()).trim() === '') return { kind: 'stopped' };
  const interruption = interruptionOf(get());
  if (interruption !== null) {
    if (interruption.kind === 'wrote_again') get().acknowledge();
    else set({ isAsked: true });
    return { kind: 'stopped' };
  }
  set({ submitting: new Set([...get().submitting, conversationId]) });
  submitting.refuse(conversationId, null);
  try {
    return await handOver(submitting, conversationId, commentId);
  } finally {
    set({ submitting: new Set([...get().submitting].filter((id) => id !== conversationId)) });
  }
}

async function handOver(
  { client, store, drafts, attempts, refuse }: Submitting,
  conversationId: string,
  commentId: string | null,
): Promise<Submitted> {
  const { mode, seen } = store.getState();
  const body = typed(store.getState());
  const refused = (reason: Words): Submitted => {
    refuse(conversationId, reason);
    return { kind: 'refused', reason };
  };
  try {
    const isInDoubt = drafts.isInDoubt(conversationId, mode);
    // The last keys reach the core first, so that it knows which draft is sent.
    await drafts.save();
    if (isInDoubt && drafts.shown(conversationId)[mode].text !== body) return refused(() => text.composer.partWasSent);
    const clientMessageId = attempts.idOf(conversationId, mode, body);
    const draftRev = drafts.revOf(conversationId, mode);
    const message = { conversationId, clientMessageId, text: body, draftRev };
    const outcome = await deliver(client, mode, message, seen.newestId ?? undefined, commentId);
    attempts.answered(conversationId, mode, clientMessageId);
    if (outcome.ok) {
      await drafts.sent(conversationId, mode, body);
      return { kind: 'sent' };
    }
    const { answer } = outcome.refusal;
    if (answer === undefined || store.getState().conversationId !== conversationId)
      return refused(() => sentence(outcome.refusal));
    // The relay knows of an answer that may not have arrived here yet: it is shown as if it had, and sending again names it as seen.
    store.setState({ toldAnswer: answer, present: withAnswer(store.getState().present, answer), isAsked: true });
    return { kind: 'stopped' };
  } catch {
    drafts.perhapsSent(conversationId, mode, body);
    return refused(() => text.composer.connectionLostWhileSending);
  }
}

function deliver(
  client: CoreClient,
  mode: DraftTab,
  message: MethodInput<'note.add'>,
  seenMessageId: string | undefined,
  commentId: string | null,
) {
  switch (mode) {
    case 'note':
      return client.call('note.add', message);
    case 'private_reply':
      return client.call('comment.private_reply', { ...message, seenMessageId, commentId: commentId ?? '' });
    case 'reply':
      return client.call('reply.send', { ...message, seenMessageId });
  }
}
