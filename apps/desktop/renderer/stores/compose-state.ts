import type { Message } from '@transom/shared';
import type { EventPayload } from '../../contract/contract.ts';
import type { DraftTab } from '../../contract/views.ts';
import { type Answer, type Interruption, interruptionSince, type ThreadMark } from '../display/interruption.ts';
import type { Words } from '../text/spoken.ts';
import type { ShownDrafts } from './kept-draft.ts';

/**
 * What is typed, in a tab of its own for each kind of message, so that nothing is ever sent as another kind.
 *
 *   typing ──(send)──▶ submitting ──▶ stored by the core: the field is emptied
 *      ▲                   └──▶ refused or unreachable: the text stays, and the field says that it was not sent
 *      ├──(the contact wrote meanwhile: the first press only says so, the second one sends)
 *      └──(somebody else answered meanwhile, as this desk or the relay knows: it is shown, and each press asks, until `acknowledge`)
 */
export type ComposeState = {
  readonly conversationId: string | null;
  readonly mode: DraftTab;
  readonly drafts: ShownDrafts;
  readonly isLoaded: boolean;
  /** Conversations with a message in flight to the core. */
  readonly submitting: ReadonlySet<string>;
  /** Why the last press of Send in this conversation did not send. */
  readonly refusal: Words | null;
  /** The state of the thread when typing began, or when the person last confirmed having read it. */
  readonly seen: ThreadMark;
  readonly present: ThreadMark;
  /** Somebody else's answer stopped a press of Send, and the person has not decided yet whether to send theirs too. */
  readonly isAsked: boolean;
  /** An answer that the relay named in a refusal, until it arrives here. */
  readonly toldAnswer: Answer | null;
  /** `modes` are the tabs of the conversation, the usual one first; null while they are not known. */
  open(conversationId: string, modes: readonly DraftTab[] | null): Promise<void>;
  /** Rereads the drafts: the core may be a new one. */
  reload(): Promise<void>;
  close(): Promise<void>;
  setMode(mode: DraftTab): void;
  /** Chooses the tab of a conversation, open or not. */
  showTab(conversationId: string, mode: DraftTab): void;
  /** Sets the text of the current tab. */
  setText(text: string): void;
  /** Puts the text of a failed message before what is typed in its tab. */
  giveBack(conversationId: string, mode: DraftTab, text: string): Promise<void>;
  noteThread(messages: readonly Message[], personId: string | null): void;
  /** The person has read what came meanwhile: the next press of Send sends. */
  acknowledge(): void;
  /** Theirs is not sent now; the next press of Send asks again. */
  keepUnsent(): void;
  /** `commentId` is the id of the comment that a private reply answers. */
  submit(target: { readonly commentId: string | null }): Promise<Submitted>;
  told(draft: EventPayload<'draft'>): void;
  flush(): Promise<void>;
};

/** `stopped`: the field shows what came meanwhile; `refused`: nothing was sent, and why. */
export type Submitted =
  | { readonly kind: 'sent' }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'refused'; readonly reason: Words };

export function typed({ drafts, mode }: Pick<ComposeState, 'drafts' | 'mode'>): string {
  return drafts[mode].text;
}

/** A note goes to the team: it neither answers the buyer nor shows that the thread was read. */
export function hasNothingToSend({ drafts }: Pick<ComposeState, 'drafts'>): boolean {
  return drafts.reply.text.trim() === '' && drafts.private_reply.text.trim() === '';
}

export function isSubmitting({
  conversationId,
  submitting,
}: Pick<ComposeState, 'conversationId' | 'submitting'>): boolean {
  return conversationId !== null && submitting.has(conversationId);
}

/** What stops the next press of Send; a note goes to the team and is never stopped. */
export function interruptionOf(state: Pick<ComposeState, 'mode' | 'drafts' | 'seen' | 'present'>): Interruption | null {
  if (state.mode === 'note' || typed(state).trim() === '') return null;
  return interruptionSince(state.seen, state.present);
}
