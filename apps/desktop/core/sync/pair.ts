import {
  agencySchema,
  type ParamsFor,
  personSchema,
  type Refusal,
  type RefusalKey,
  refusalSchema,
  refuse,
} from '@transom/shared';
import * as z from 'zod';
import type { Identity } from '../identities/identities.ts';
import type { ProposedTokens } from './proposed-tokens.ts';
import { forPeople } from './relay-answers.ts';

export type PairAnswer =
  | { readonly ok: true; readonly token: string; readonly identity: Identity }
  | { readonly ok: false; readonly refusal: Refusal };

const deviceSchema = z.object({
  deviceToken: z.string().min(1).max(200),
  deviceId: z.string(),
  /** Older relays send no plan with it. */
  agency: z.looseObject({ id: z.string().min(1) }),
  person: personSchema,
});
const problemSchema = refusalSchema.omit({ answer: true });

type Asking = {
  readonly relayUrl: string;
  readonly code: string;
  readonly name: string;
  readonly deviceToken?: string;
};
/** What came back, if anything did. */
type Heard =
  | { readonly kind: 'answer'; readonly status: number; readonly body: unknown }
  | { readonly kind: 'not_sent' }
  | { readonly kind: 'cut_off' };

/**
 * Turns a single-use code into a device. Never rejects: whatever goes wrong is a refusal. May be called again with the same code. The
 * caller keeps the token.
 */
export async function pairDevice(
  request: { relayUrl: string; code: string; name: string },
  tokens: ProposedTokens,
): Promise<PairAnswer> {
  const address = readRelayUrl(request.relayUrl);
  if (!address.ok) return address;
  const { relayUrl } = address;
  const asking: Asking = { relayUrl, code: request.code.trim(), name: request.name };
  let heard = await ask({ ...asking, deviceToken: tokens.of(relayUrl, asking.code) });
  // An older relay refuses this field. It checks the shape first, so the code is not used up.
  if (heard.kind === 'answer' && heard.status === 400) heard = await ask(asking);
  return understand(relayUrl, heard);
}

async function ask({ relayUrl, ...body }: Asking): Promise<Heard> {
  try {
    const response = await fetch(`${relayUrl}/api/devices`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      // A redirect is an answer like any other: the code is sent nowhere else.
      redirect: 'manual',
      signal: AbortSignal.timeout(15_000),
    });
    return { kind: 'answer', status: response.status, body: readJson(await response.text()) };
  } catch (error) {
    return { kind: neverConnected(error) ? 'not_sent' : 'cut_off' };
  }
}

function understand(relayUrl: string, heard: Heard): PairAnswer {
  const { host } = new URL(relayUrl);
  if (heard.kind === 'not_sent') return no('not_stored.nothing_sent', { host });
  if (heard.kind === 'cut_off') return no('not_stored.no_complete_answer', { host });
  const { status, body } = heard;
  const device = status === 201 ? deviceSchema.safeParse(body) : null;
  if (device?.success === true) {
    const { deviceToken, deviceId, person } = device.data;
    const agency = agencySchema.safeParse(device.data.agency);
    return {
      ok: true,
      token: deviceToken,
      identity: {
        relayUrl,
        deviceId,
        agencyId: device.data.agency.id,
        agency: agency.success ? agency.data : null,
        person,
      },
    };
  }
  const problem = problemSchema.safeParse(body);
  if (problem.success && status >= 400) return { ok: false, refusal: forPeople(problem.data) };
  // A proxy in front of a relay answers like this when the relay does not, whatever the relay did meanwhile.
  if (status === 201 || status >= 500) return no('not_stored.answer_not_understood', { host, status });
  return no('invalid_request.no_relay', { host, status });
}

/** Whether it is certain that no relay received the code: no address, no connection, or no certificate to trust. */
function neverConnected(error: unknown): boolean {
  const cause: unknown = error instanceof Error ? error.cause : null;
  const causes: readonly unknown[] = cause instanceof AggregateError ? cause.errors : [cause];
  return causes.every((one) => {
    if (!(one instanceof Error)) return false;
    const { code = '', syscall = '' } = one as NodeJS.ErrnoException;
    return ['getaddrinfo', 'connect'].includes(syscall) || beforeAnyByte.test(code);
  });
}

const beforeAnyByte = /^(UND_ERR_CONNECT_TIMEOUT|ERR_TLS_CERT_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/;

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The address as it is stored: https, or http to this computer only, without a trailing slash. */
function readRelayUrl(input: string): { ok: true; relayUrl: string } | { ok: false; refusal: Refusal } {
  const typed = input.trim();
  const whole = /^[a-z][a-z\d+.-]*:\/\//i.test(typed) ? typed : `https://${typed}`;
  if (typed === '' || !URL.canParse(whole)) return no('invalid_request.no_address');
  const url = new URL(whole);
  if (url.username !== '' || url.password !== '') return no('invalid_request.address_with_name');
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    return no('invalid_request.https_only');
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return no('invalid_request.https');
  return { ok: true, relayUrl: `${url.origin}${url.pathname.replace(/\/+$/, '')}` };
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function no<Key extends RefusalKey>(key: Key, ...params: ParamsFor<Key>): { ok: false; refusal: Refusal } {
  return { ok: false, refusal: refuse(key, ...params) };
}
