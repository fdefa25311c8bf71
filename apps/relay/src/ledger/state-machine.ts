import type { MessageState } from '@transom/shared';

/** `gone`: the row is no longer there. */
type End = MessageState | 'gone';

const arrived = ['sent', 'delivered', 'read'] as const;

/**
 * Every transition of a message from one state to another. The drawing above `messageStateSchema` in
 * `packages/shared/src/documents/message.ts` shows the same, and a test compares the two. Messages from the channel and notes are
 * `received`, and stay so.
 */
export const transitions = {
  /** Committed before the channel is called. */
  startSending: { from: ['queued'], to: ['sending'] },
  /** Nothing left this machine, or the account must wait. */
  postpone: { from: ['sending', 'unconfirmed'], to: ['queued'] },
  /**
   * The channel has it under this id, according to its answer, an echo or a look. Proof counts whatever was believed before: Meta may
   * refuse what it has done, and a reply that was queued again may have arrived after all.
   */
  markSent: { from: ['queued', 'sending', 'unconfirmed', 'failed', ...arrived], to: arrived },
  /** The channel or the rules said no. */
  fail: { from: ['queued', 'sending', 'unconfirmed'], to: ['failed'] },
  /** It is unknown whether it arrived. */
  markUnconfirmed: { from: ['sending'], to: ['unconfirmed'] },
  /** What looked like its proof belongs to another message. */
  takeBackProof: { from: arrived, to: ['unconfirmed'] },
  /** An older backup was restored: what waited then may have been sent since. */
  doubtAfterRestore: { from: ['queued', 'sending'], to: ['unconfirmed'] },
  /** Looked for, and not found. */
  noteLook: { from: ['unconfirmed'], to: ['unconfirmed'] },
  /** A person looked: it arrived. */
  confirm: { from: ['unconfirmed'], to: arrived },
  /** A person looked: it did not. */
  deny: { from: ['unconfirmed'], to: ['failed'] },
  /** The person it was for was erased while it waited. */
  stop: { from: ['queued'], to: ['failed'] },
  noteDelivered: { from: ['sent'], to: ['delivered'] },
  noteRead: { from: ['sent', 'delivered'], to: ['read'] },
  /** Taken back before it was sent. */
  withdraw: { from: ['queued'], to: ['gone'] },
  /** The row that an echo made was one of our replies all along. */
  absorbEcho: { from: arrived, to: ['gone'] },
} as const satisfies Record<string, { readonly from: readonly MessageState[]; readonly to: readonly End[] }>;

export type Transition = keyof typeof transitions;
export type EndOf<T extends Transition> = (typeof transitions)[T]['to'][number];

/** States in which a message can enter the ledger. */
const beginnings = ['received', 'queued', ...arrived] as const satisfies readonly MessageState[];
export type Beginning = (typeof beginnings)[number];

/** The end of a statement's `where`: only a message in a state from which this transition starts is changed. */
export function isFrom(transition: Transition): string {
  return `state in (${transitions[transition].from.map((state) => `'${state}'`).join(', ')})`;
}

/** A message's state does not allow the requested transition. Nothing was changed. */
export class IllegalTransition extends Error {
  readonly code = 'illegal_transition';
  readonly transition: Transition;
  readonly messageId: string;
  readonly from: End;
  readonly to: End;

  constructor(transition: Transition, messageId: string, from: End, to: End) {
    super(`The message ${messageId} is ${from} and cannot become ${to} (${transition}).`);
    this.name = 'IllegalTransition';
    this.transition = transition;
    this.messageId = messageId;
    this.from = from;
    this.to = to;
  }
}
