import { isolated } from '../isolated.ts';

/** The composer, and what may be written in it. Part of the catalogue in `en.ts`. */
export const composer = {
  label: 'Write',
  mode: { reply: 'Reply', private_reply: 'Private reply', note: 'Note' },
  placeholder: {
    reply: (name: string) => `Reply to ${isolated(name)}`,
    private_reply: (name: string) => `Write your one private message to ${isolated(name)}`,
    note: 'Write a note for your team',
  },
  field: { reply: 'Reply text', private_reply: 'Private reply text', note: 'Note text' },
  send: { reply: 'Send', private_reply: 'Send private reply', note: 'Add note' },
  sendAsPerson: 'Send as a person',
  queue: 'Queue',
  submitting: 'Saving…',
  bytes: (used: number, limit: number) => `${used} / ${limit} bytes`,
  characters: (used: number, limit: number) => `${used} / ${limit} characters`,
  tooLong: 'Too long for one message. Shorten it or send it in two parts.',
  draftSaved: 'Draft saved',
  draftSaving: 'Saving draft…',
  connectionLostWhileSending:
    'This window lost its connection before that was confirmed. Your text is kept: press Send again in a moment. It will not be sent twice.',
  partWasSent: 'The earlier part of your text was sent after all. Read what is left, then press Send again.',
  notSent: (reason: string) => `Not sent. ${reason}`,
  wroteAgain: (name: string) =>
    `${isolated(name)} wrote again while you were typing, so nothing was sent. Read the new message first.`,
  read: 'I’ve read it',
  kept: 'Your text is kept.',
  closed: 'Window closed.',
  closedAt: (at: string) => `Window closed ${at}.`,
  opensAgain: (name: string) => `It opens again when ${isolated(name)} writes.`,
  opensOnceMore: (name: string) =>
    `${isolated(name)}’s last message is too old. The window opens again when they write.`,
  takeOver: 'Take over',
  ask: (name: string) => `Ask ${isolated(name)}`,
  askNote: (colleague: string) => `${colleague}, may I take this one? `,
  bar: {
    open: (until: string, left: string) => `Answer by ${until}, ${left} left`,
    answered: (until: string, left: string) => `Answered. You can still write until ${until}, ${left} left`,
    done: (until: string, left: string) => `Done. You can still write until ${until}, ${left} left`,
    human_agent: (left: string) => `Past 24 h. A person can still answer for ${left}. No offers or promotions.`,
    private_reply: (left: string) =>
      `One private message is allowed for this comment, ${left} left. If they do not follow you, it goes to their message requests.`,
    private_reply_used: (at: string) =>
      `The one private reply to this comment was sent ${at}. You cannot write again until they write to you.`,
    private_reply_on_its_way:
      'Your one private reply to this comment is on its way. It counts as an answer once it has been sent.',
    note: 'Only your team sees notes.',
    offline: 'No connection. What you send is queued here, checked again, and sent when the relay is back.',
    offlineUntil: (until: string) =>
      `No connection. What you send is queued here and sent when the relay is back, if that is before ${until}.`,
    unlinked:
      'This window lost its connection to the part of Transom that keeps your data. It is reconnecting; what you type stays here.',
    not_known: 'Transom does not know yet what you can send here.',
    unknown_time: 'The relay’s time is not known yet. The relay checks what you send before it goes out.',
    reauth: (channel: string) =>
      `${channel} needs to be connected again. Replies wait until that is done; messages still come in.`,
    claimed: (name: string, until: string) =>
      `${isolated(name)} has this until ${until}. You can write now and send once it is free.`,
    not_started: (name: string) =>
      `${isolated(name)} has not sent a direct message, so Meta does not let you message them yet.`,
    unreachable: (name: string) =>
      `${isolated(name)} cannot get messages from you right now (blocked, deleted, or your request was not accepted).`,
    disconnected: (channel: string) => `${channel} is disconnected. Nothing can be sent until it is connected again.`,
    erased: 'This person’s data was erased, so nothing can be sent here.',
    viewer:
      'You can read messages but not answer them. If you need to answer, ask whoever runs your relay for a code that allows it.',
    plan: (channel: string) =>
      `${channel} replies are part of the Plus plan. Ask whoever runs your relay to change the plan.`,
  },
} as const;
