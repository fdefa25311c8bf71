import { isolated } from '../isolated.ts';

/** Moments, durations and response windows. Part of the catalogue in `en.ts`. */
export const when = {
  today: 'Today',
  yesterday: 'Yesterday',
  now: 'now',
  justNow: 'just now',
  ago: (age: string) => `${age} ago`,
  minutes: (n: number) => `${n} m`,
  hours: (n: number) => `${n} h`,
  days: (n: number) => `${n} d`,
  hoursMinutes: (h: number, m: number) => (m === 0 ? `${h} h` : `${h} h ${m} m`),
  daysHours: (d: number, h: number) => `${d} d ${h} h`,
  stopwatch: (m: number, s: number) => `${String(m).padStart(2, '0')}:${String(s).padStart(2, '0')}`,
  at: (time: string) => `at ${time}`,
  on: (dayAndTime: string) => `on ${dayAndTime}`,
  dateAndTime: (date: string, time: string) => `${date}, ${time}`,
} as const;

export const clock = {
  closesShort: (until: string) => `closes ${until}`,
  closesLong: (until: string) => `Closes ${until}. The relay’s time is not known yet, so there is no countdown.`,
  erasedLong: 'This person’s data was erased, so there is no response window.',
  closed: 'closed',
  closedAgo: (age: string) => `closed ${age}`,
  unconfirmed: (short: string) => `~${short}`,
  unconfirmedLong: (long: string) => `${long}. Estimated from the last connection.`,
  closedAgainLong: (name: string) =>
    `Window closed: ${isolated(name)}’s last message is too old. The window opens again when they write.`,
  closedLong: (name: string, at: string) => `Window closed ${at}. It opens again when ${isolated(name)} writes.`,
  none: 'no window',
  onItsWay: 'on its way',
  onItsWayLong: 'The one private reply to this comment is on its way. You cannot send anything more until they reply.',
  noneLong: (name: string) => `There is no response window yet: ${isolated(name)} has not sent a direct message.`,
  openLong: (until: string, name: string) => `Answer by ${until}, 24 hours after ${isolated(name)}’s last message`,
  extendedLong: (left: string, until: string) => `Only a person may answer now, for ${left} (until ${until})`,
  privateReplyLong: (left: string) => `1 private reply left for this comment, ${left}`,
  waits: (since: string) => `waiting ${since}`,
  waitsLong: (since: string) => `Has been waiting ${since} for a first reply`,
  firstReply: (left: string) => `reply in ${left}`,
  firstReplyLong: (left: string) => `Waiting for a first reply, ideally within ${left}`,
  /** The icon and its short text, for screen readers. */
  heard: (state: string, short: string) => `${state}: ${short}`,
  wroteLong: (when: string) => `Last message ${when}`,
  state: {
    calm: 'Response window',
    closing: 'Window closing',
    urgent: 'Window closes soon',
    extended: 'Human agent window',
    private_reply: 'Private reply',
    closed: 'Window closed',
    none: 'No window',
    unknown: 'Window',
  },
} as const;

export const due = {
  wrote: (when: string) => `Wrote ${when}`,
  window: (left: string) => `Window ${left}`,
  privateReply: (left: string) => `Private reply ${left}`,
  windowClosed: 'Window closed',
  pastDay: (left: string) => `A person may answer, ${left}`,
  firstReplyBy: (at: string) => `First reply by ${at}`,
  onItsWay: 'Private reply on its way',
  unreachable: 'Blocked, deleted or not accepted',
} as const;
