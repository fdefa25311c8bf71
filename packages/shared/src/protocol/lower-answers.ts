import type * as z from 'zod';
import type { CommandAnswer } from '../commands/envelope.ts';
import { lowerAgency, lowerMessage, lowerPerson } from '../documents/lower.ts';
import { messageSchema } from '../documents/message.ts';
import type { commandAnswerV1 } from '../recorded/v1/schemas.ts';
import type { commandAnswerV2, refusalV2 } from '../recorded/v2/schemas.ts';
import type { Refusal } from '../refusals.ts';
import { en } from '../text/en.ts';
import { sentenceOf } from '../text/reason.ts';
import { type Hello, helloSchema } from './feed.ts';
import type { HistoryAnswer } from './socket.ts';

/** Answers as an older desk reads them, in the same steps as documents. */
type Refusal2 = z.infer<typeof refusalV2>;
type Refusal1 = Extract<z.infer<typeof commandAnswerV1>, { ok: false }>['refusal'];

/** Desks before version 3 show the sentence that comes with a refusal. They do not know the code of version 3. */
function refusalTo2(refusal: Refusal): Refusal2 {
  const { reason: _reason, params: _params, code, ...known } = refusal;
  return { ...known, code: code === 'wrote_meanwhile' ? 'invalid_request' : code, detail: sentenceOf(en, refusal) };
}

/** Codes newer than version 1. Its desks can only show the sentence. */
const laterThan1: { readonly [Code in Exclude<Refusal2['code'], Refusal1['code']>]: Refusal1['code'] } = {
  answered_meanwhile: 'invalid_request',
  not_withdrawable: 'invalid_request',
  internal_error: 'invalid_request',
};

function refusalTo1({ code, detail }: Refusal2): Refusal1 {
  return { code: isLater(code) ? laterThan1[code] : code, detail };
}
function isLater(code: Refusal2['code']): code is keyof typeof laterThan1 {
  return Object.hasOwn(laterThan1, code);
}

export function lowerRefusal(version: number, refusal: Refusal): Refusal | Refusal2 | Refusal1 {
  if (version >= 3) return refusal;
  const second = refusalTo2(refusal);
  return version === 2 ? second : refusalTo1(second);
}

export function lowerCommandAnswer(
  version: number,
  answer: CommandAnswer,
): CommandAnswer | z.infer<typeof commandAnswerV2> | z.infer<typeof commandAnswerV1> {
  return answer.ok ? answer : { ok: false, refusal: lowerRefusal(version, answer.refusal) };
}

export function lowerHistory(version: number, answer: HistoryAnswer): object {
  if (!answer.ok) return { ok: false, refusal: lowerRefusal(version, answer.refusal) };
  if (version >= 3) return answer;
  // Parse first: a newer relay may have stored words that this one does not know.
  const messages = answer.messages.flatMap((message) => {
    const read = messageSchema.safeParse(message);
    return read.success ? [lowerMessage(version, read.data)] : [];
  });
  return { ...answer, messages };
}

export function lowerHello(hello: Hello): Hello {
  const { protocol } = hello;
  if (protocol >= 3) return hello;
  const { agency, person, ...rest } = helloSchema.parse(hello);
  return { ...rest, agency: lowerAgency(protocol, agency), person: lowerPerson(protocol, person) };
}
