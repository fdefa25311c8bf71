import { randomBytes } from 'node:crypto';
import { type Agency, minuteMs, newId, type Person, type Refusal, type Role, refuse } from '@transom/shared';
import type { AttemptLimit } from '../fair-share/attempt-limit.ts';
import type { Actor } from '../inbox/actor.ts';
import { readPerson } from '../inbox/people.ts';
import { type AgencyWork, inWorkWithin } from '../ledger/agency-work.ts';
import { overtaken } from '../store/errors.ts';
import type { AgencyTx, Store, SystemTx } from '../store/port.ts';
import { hashCode } from './codes.ts';
import { hashToken, holderOf } from './devices.ts';

/** A desk that a person signed in. Its token is 256 random bits, made by the desk or here; only the hash is stored. */
export type PairedDevice = {
  readonly deviceToken: string;
  readonly deviceId: string;
  readonly agency: Pick<Agency, 'id' | 'name'>;
  readonly person: Person;
};
export type Pairing =
  | { readonly ok: true; readonly device: PairedDevice }
  | { readonly ok: false; readonly refusal: Refusal };

export type PairingRequest = {
  readonly code: string;
  /** Becomes the name of the device and, if the code makes one, of the person. */
  readonly name: string;
  /** The token that the desk made for this device; without it the relay makes one. */
  readonly deviceToken?: string | undefined;
};

/**
 * Turns a one-time code into a device, once. The answer may get lost, so a desk may bring its own token: a retry with the same code and
 * token gets the same answer. That reveals nothing, because the holder of the token already is that device; so it needs no time limit.
 * Nobody else gets in with a used code.
 */
export async function pairDevice(
  { store, attempts }: { store: Store; attempts: AttemptLimit },
  request: PairingRequest & { readonly address: string | null },
  now: number,
): Promise<Pairing> {
  const waitMs = attempts.begin(request.address, now);
  if (waitMs > 0) return { ok: false, refusal: tooManyWrongCodes(waitMs) };
  const pairing = await takeCode(store, request, now).catch((error: unknown) => {
    // It is unknown whether the code was correct: a full disk must not block the caller.
    attempts.takeBack(request.address, now);
    throw error;
  });
  if (pairing.ok) {
    attempts.takeBack(request.address, now);
    return pairing;
  }
  const pauseMs = attempts.noteWrong(request.address, now);
  return pauseMs > 0 ? { ok: false, refusal: tooManyWrongCodes(pauseMs) } : pairing;
}

type Code = { readonly agency_id: string; readonly role: Role; readonly person_id: string | null };

function takeCode(store: Store, { code: typed, name, deviceToken }: PairingRequest, now: number): Promise<Pairing> {
  return store.write(async (tx): Promise<Pairing> => {
    const codeHash = hashCode(typed);
    // Before the code is used up: a token has one device forever.
    if (deviceToken !== undefined) {
      const holder = await holderOf(tx, deviceToken);
      if (holder !== 'unknown') return answerAgain(tx, codeHash, deviceToken, holder);
    }
    const deviceId = newId();
    const code = await tx.get<Code>(
      `update pairing_codes set used_at = :now, device_id = :deviceId
       where code_hash = :codeHash and used_at is null and expires_at > :now
       returning agency_id, role, person_id`,
      { codeHash, deviceId, now },
    );
    if (code === undefined) return answerWithoutValidCode(tx, codeHash, deviceToken);
    const device = { id: deviceId, name, token: deviceToken ?? newToken() };
    return {
      ok: true,
      device: await inWorkWithin(tx.forAgency(code.agency_id), now, (work) => admit(work, code, device)),
    };
  });
}

/** The code is not valid, unless the same desk asked twice at once and its other request has just been let in. */
async function answerWithoutValidCode(
  tx: SystemTx,
  codeHash: string,
  deviceToken: string | undefined,
): Promise<Pairing> {
  const holder = deviceToken === undefined ? 'unknown' : await holderOf(tx, deviceToken);
  if (deviceToken === undefined || holder === 'unknown') return { ok: false, refusal: refuse('code_invalid') };
  return answerAgain(tx, codeHash, deviceToken, holder);
}

/** The code must have made the very device whose token came with it. With any other code the answer is the same, valid or not. */
async function answerAgain(
  tx: SystemTx,
  codeHash: string,
  deviceToken: string,
  holder: Actor | 'revoked',
): Promise<Pairing> {
  if (holder === 'revoked') return { ok: false, refusal: refuse('code_invalid') };
  const { agencyId, deviceId, person } = holder;
  const code = await tx.get(
    `select 1 from pairing_codes where code_hash = :codeHash and agency_id = :agencyId and device_id = :deviceId`,
    { codeHash, agencyId, deviceId },
  );
  if (code === undefined) return { ok: false, refusal: refuse('invalid_request.token_in_use') };
  return { ok: true, device: { deviceToken, deviceId, agency: await agencyOf(tx.forAgency(agencyId)), person } };
}

function tooManyWrongCodes(waitMs: number): Refusal {
  return refuse('too_many_attempts.codes', { minutes: Math.ceil(waitMs / minuteMs) });
}

async function admit(
  work: AgencyWork,
  code: Pick<Code, 'role' | 'person_id'>,
  { id: deviceId, name, token: deviceToken }: { id: string; name: string; token: string },
): Promise<PairedDevice> {
  const { tx, now } = work;
  const person =
    code.person_id === null ? await addPerson(work, name, code.role) : await knownPerson(tx, code.person_id);
  await tx.run(
    `insert into devices (agency_id, id, person_id, name, created_at) values (:agency, :deviceId, :personId, :name, :now)`,
    {
      deviceId,
      personId: person.id,
      name,
      now,
    },
  );
  const isNew = await tx.run(
    `insert into device_tokens (token_hash, agency_id, device_id) values (:tokenHash, :agency, :deviceId)
     on conflict (token_hash) do nothing`,
    { tokenHash: hashToken(deviceToken), deviceId },
  );
  if (isNew === 0) throw overtaken('another code made a device with this token');
  work.record(person.id, 'device.paired', deviceId, { role: person.role });
  return { deviceToken, deviceId, agency: await agencyOf(tx), person };
}

async function agencyOf(tx: AgencyTx): Promise<PairedDevice['agency']> {
  const agency = await tx.get<PairedDevice['agency']>(`select id, name from agencies where id = :agency`);
  if (agency === undefined) throw new Error(`There is no agency ${tx.agencyId}.`);
  return agency;
}

async function addPerson(work: AgencyWork, name: string, role: Role): Promise<Person> {
  const id = newId();
  await work.tx.run(
    `insert into people (agency_id, id, name, role, created_at) values (:agency, :id, :name, :role, :now)`,
    {
      id,
      name,
      role,
      now: work.now,
    },
  );
  work.record(id, 'person.joined', id, { role });
  return { id, name, role };
}

async function knownPerson(tx: AgencyTx, id: string): Promise<Person> {
  const person = await readPerson(tx, id);
  if (person === null) throw new Error(`There is no person ${id} in agency ${tx.agencyId}.`);
  return person;
}

function newToken(): string {
  return randomBytes(32).toString('base64url');
}
