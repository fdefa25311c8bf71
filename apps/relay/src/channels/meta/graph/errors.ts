import type { SendOutcome } from '../../../outbound/channel-port.ts';

type Refused = Extract<SendOutcome, { kind: 'refused' }>['reason'];

/** What one of Meta's errors means for a message. `retryAfterMs` is used where Meta names no time itself. */
export type ErrorMeaning = {
  readonly kind: Refused | 'unknown' | 'throttled' | 'reauth' | 'calls_refused';
  readonly detail: string;
  readonly retryAfterMs?: number;
};

const minuteMs = 60_000;

/**
 * Meta's error codes, as of 20 November 2026 (Graph, Messenger and Instagram error pages; rows that pages lack come from
 * implementers' reports). Messages are localised and reworded, so only status, code and subcode count. `code/none` is a
 * code without subcode, `any/subcode` a subcode with any code, a lone code stands for all that is not listed.
 */
const rows: readonly (readonly [keys: string, kind: ErrorMeaning['kind'], detail: string, retryAfterMs?: number])[] = [
  [
    '10/2534022 10/2018278 10/2018065',
    'window_closed',
    'Meta no longer takes messages to this person: the response window is closed. It opens again when they write.',
  ],
  [
    '10/2018108 551 200/1545041',
    'recipient_unavailable',
    'This person cannot receive messages from the business at the moment.',
  ],
  [
    '100/2534014 100/2018001',
    'recipient_unavailable',
    'Meta knows no such person for this account: they left, or blocked the business.',
  ],
  [
    '10900 100/2534025',
    'private_reply_used',
    'Meta takes no private reply to this comment: it was answered before, is older than 7 days, or was deleted.',
  ],
  ['10/1893063', 'throttled', 'Meta is limiting this Page for a while, so sending has to wait.', 30 * minuteMs],
  ['4 17 32 341 613 100/2534013', 'throttled', 'Meta asked this account to send more slowly, so sending has to wait.'],
  [
    'any/2018321',
    'throttled',
    'Meta’s automated questions are running in this conversation, so sending has to wait.',
    minuteMs,
  ],
  [
    '368 any/2534122 any/2534029',
    'account_restricted',
    'Meta has restricted messages from this account. Its support inbox in Meta Business Suite says why.',
  ],
  [
    '200/2534041',
    'account_restricted',
    'The account’s owner has switched off access to messages. Switch on "Allow access to messages" under Connected tools in Instagram’s message settings.',
  ],
  [
    '200/2534048 200/2018028',
    'account_restricted',
    'Meta lets this app write only to people with a role in it. The app needs Advanced Access.',
  ],
  [
    '3',
    'account_restricted',
    'Meta’s app lacks the capability for this call, or the token is a person’s and not a Page’s. The app’s set-up needs a change.',
  ],
  [
    '10904 10904/1893050',
    'account_restricted',
    'Messages are switched off for this Page. Its settings can switch them on.',
  ],
  [
    'any/2018300 any/2534037',
    'not_thread_owner',
    'Another app holds this conversation. It can be answered there, or after that app hands it over.',
  ],
  ['190 102', 'reauth', 'Meta no longer accepts the account’s sign-in. Connect the account again.'],
  // A 10 with a subcode that is not listed is about one message: taken for a dead sign-in, it would stop the account.
  [
    '10/none 200',
    'reauth',
    'The account’s sign-in lacks a permission that sending needs. Connect the account again and grant it.',
  ],
  [
    '200/2534066',
    'reauth',
    'The account’s sign-in lacks the permission for private replies. Connect the account again and grant it.',
  ],
  ['1 2 1200 -1 any/1357046', 'unknown', 'Meta reported a fault on its side. The message may have arrived.'],
  // Comes after the deed: Meta made the message, and then could not write its answer in the form that was asked for (field report, 2026).
  [
    '20 any/1772107',
    'unknown',
    'Meta did the work but refused to answer in the requested form. The message may have arrived.',
  ],
  // The same text was posted before: possibly by the attempt that this one repeats.
  ['506', 'unknown', 'Meta says that this was sent before. Whether it was has to be looked up.'],
  ['100/2018109', 'invalid', 'The attachment is larger than Meta takes.'],
  ['100/2018034', 'invalid', 'Meta refused the message as empty.'],
  [
    '100/2534001',
    'invalid',
    'The conversation was archived or deleted in the account, so Meta takes no message for it.',
  ],
  ['100/33', 'invalid', 'What this answers no longer exists at Meta, or this account may not reach it.'],
  ['10903 10903/1893049', 'invalid', 'Meta allows no reply to this activity.'],
  ['100', 'invalid', 'Meta refused the message because of its form. This is a fault in Transom or a change at Meta.'],
];

const meanings = new Map<string, ErrorMeaning>(
  rows.flatMap(([keys, kind, detail, retryAfterMs]) => {
    const meaning = retryAfterMs === undefined ? { kind, detail } : { kind, detail, retryAfterMs };
    return keys.split(' ').map((key) => [key, meaning] as const);
  }),
);

const otherwise: ErrorMeaning = {
  kind: 'invalid',
  detail: 'Meta refused the message for a reason that Transom does not know.',
};

/**
 * A bare 100 stands for many faults of a message. With these words, which are Meta's for developers and not localised, it says that the
 * method is not there at all: it was the answer to every call of some apps for days (field report, 2026).
 */
const methodRefused = /unsupported request - method type/i;
const callsRefused: ErrorMeaning = {
  kind: 'calls_refused',
  detail: 'Meta refused the call itself, whatever the message. Your text is kept, and Transom will try again.',
};

/** The meaning of an error envelope of Meta that came with an HTTP status below 500. */
export function meaningOf(code: number, subcode: number | null, message: string | null = null): ErrorMeaning {
  if (code === 100 && subcode === null && message !== null && methodRefused.test(message)) return callsRefused;
  const exact =
    subcode === null
      ? meanings.get(`${code}/none`)
      : (meanings.get(`${code}/${subcode}`) ?? meanings.get(`any/${subcode}`));
  if (exact !== undefined) return exact;
  // 80000 and up are the rate limits of one use case each (80001 Pages, 80002 Instagram, 80006 Messenger).
  const throttledUseCase = code >= 80_000 && code < 80_100;
  return meanings.get(throttledUseCase ? '4' : String(code)) ?? otherwise;
}

/** The meaning of an answer without such an envelope: a proxy's page, a gateway's time-out, broken JSON. */
export function meaningOfStatus(status: number): ErrorMeaning {
  if (status === 401) return meaningOf(190, null);
  if (status === 429) return meaningOf(4, null);
  if (status >= 300 && status < 500 && status !== 408) {
    return {
      kind: 'invalid',
      detail: 'What answered was not Meta’s Graph API. Check the address that the relay was given for it.',
    };
  }
  return { kind: 'unknown', detail: 'Meta’s answer could not be read. The message may have arrived.' };
}

/** What a refusal for lack of a permission means when the token itself is good. Only Meta's words tell the cases apart. */
export function meaningUnderGoodToken(message: string | null): { kind: Refused; detail: string } {
  if (message !== null && /advanced access|role on (?:the )?app/i.test(message))
    return {
      kind: 'account_restricted',
      detail: 'Meta lets this app write only to people with a role in it. The app needs Advanced Access.',
    };
  if (message !== null && /isn.t receiving messages|isn.t available|cannot receive/i.test(message))
    return {
      kind: 'recipient_unavailable',
      detail: 'This person cannot receive messages from the business at the moment.',
    };
  return {
    kind: 'account_restricted',
    detail:
      'Meta refused this message although the account\u2019s sign-in is good: the app may lack access to messages, or the person accepts none. Signing in again may grant a permission that was left out.',
  };
}
