import { agencySchema, personSchema, type Refusal, refusalCodeSchema, refuse } from '@transom/shared';
import * as z from 'zod';
import type { Identity } from '../cache/queries/local.ts';

/** Turns a single-use code into a device token. The token is in the answer only; who keeps it is the caller's business. */
export type PairAnswer =
  | { readonly ok: true; readonly token: string; readonly identity: Identity }
  | { readonly ok: false; readonly refusal: Refusal };

const deviceSchema = z.object({
  deviceToken: z.string().min(1).max(200),
  deviceId: z.string(),
  agency: z.unknown(),
  person: personSchema,
});
const problemSchema = z.object({ code: refusalCodeSchema, detail: z.string() });

export async function pairDevice(request: { relayUrl: string; code: string; name: string }): Promise<PairAnswer> {
  const address = readRelayUrl(request.relayUrl);
  if (!address.ok) return address;
  let response: Response;
  let body: unknown;
  try {
    response = await fetch(`${address.relayUrl}/api/devices`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code: request.code.trim(), name: request.name }),
      redirect: 'error',
      signal: AbortSignal.timeout(15_000),
    });
    body = await response.json().catch(() => null);
  } catch {
    const { host } = new URL(address.relayUrl);
    return no(
      'not_stored',
      `No relay answers at ${host}. Check the address and the network, then try again; the code is still good.`,
    );
  }
  if (response.status !== 201) {
    const problem = problemSchema.safeParse(body);
    return problem.success
      ? { ok: false, refusal: problem.data }
      : no(
          'invalid_request',
          `What answers at this address is not a Transom relay, or not in order (HTTP ${response.status}).`,
        );
  }
  const device = deviceSchema.safeParse(body);
  if (!device.success)
    return no('invalid_request', 'What answers at this address is not a Transom relay that this version understands.');
  const { deviceToken, deviceId, person } = device.data;
  const agency = agencySchema.safeParse(device.data.agency);
  return {
    ok: true,
    token: deviceToken,
    identity: { relayUrl: address.relayUrl, deviceId, agency: agency.success ? agency.data : null, person },
  };
}

/** The address as it is stored: https, or http to this very computer, without a slash at its end. */
export function readRelayUrl(input: string): { ok: true; relayUrl: string } | { ok: false; refusal: Refusal } {
  const typed = input.trim();
  const whole = /^[a-z][a-z\d+.-]*:\/\//i.test(typed) ? typed : `https://${typed}`;
  if (typed === '' || !URL.canParse(whole))
    return no('invalid_request', 'This is not an address. It looks like relay.example.com.');
  const url = new URL(whole);
  if (url.username !== '' || url.password !== '')
    return no('invalid_request', 'The address must not carry a user name or password.');
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    return no(
      'invalid_request',
      'Transom speaks to a relay on another computer over https only. Use the address that starts with https.',
    );
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return no('invalid_request', 'The address must start with https.');
  return { ok: true, relayUrl: `${url.origin}${url.pathname.replace(/\/+$/, '')}` };
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function no(code: Refusal['code'], detail: string): { ok: false; refusal: Refusal } {
  return { ok: false, refusal: refuse(code, detail) };
}
