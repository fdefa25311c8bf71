import { en, refuse } from '@transom/shared';
import * as z from 'zod';
import {
  carryOutDeletions,
  type DeletionState,
  deauthorize,
  readDeletion,
  requestDeletion,
} from '../../accounts/deletion-requests.ts';
import type { ApiDeps, Duties } from '../../http/register-api.ts';
import { type Route, route } from '../../http/route.ts';
import { metaScheme } from './meta-channel.ts';
import { readSignedRequest } from './signed-request.ts';

const signedForm = z.object({ signed_request: z.string().min(1).max(10_000) });
const unsigned = refuse('unauthorized.unsigned');

/**
 * What Meta requires of every app: forget the token when the person removes the app, erase data on request, and show how far that is. Each
 * request is signed by the app of the channel it concerns, and affects accounts of that channel only.
 */
export const metaDuties: Duties = { routes, resume: finishDeletions };

function routes(deps: ApiDeps): Route[] {
  const { store, clock, settings } = deps;
  return [
    route({
      method: 'POST',
      path: '/api/meta/deauthorize',
      summary: 'Meta says that a person removed the app',
      access: 'open',
      body: signedForm,
      bodyType: 'application/x-www-form-urlencoded',
      answer: { statuses: [200], type: 'application/json', schema: z.object({ disconnected: z.number().int() }) },
      refusals: ['unauthorized'],
      async handle({ body }) {
        const signed = signerOf(deps, body.signed_request);
        if (signed === null) return { refusal: unsigned };
        const disconnected = await deauthorize(store, signed.channel, signed.userId, clock());
        deps.onCommitted();
        return { status: 200, body: { disconnected } };
      },
    }),
    route({
      method: 'POST',
      path: '/api/meta/data-deletion',
      summary: 'Meta asks to erase what is held about a person',
      access: 'open',
      body: signedForm,
      bodyType: 'application/x-www-form-urlencoded',
      answer: {
        statuses: [200],
        type: 'application/json',
        schema: z.object({ url: z.string(), confirmation_code: z.string() }),
      },
      refusals: ['unauthorized'],
      async handle({ body, origin }) {
        const signed = signerOf(deps, body.signed_request);
        if (signed === null) return { refusal: unsigned };
        const code = await requestDeletion(store, signed.channel, signed.userId, clock());
        deps.onCommitted();
        finishDeletions(deps);
        return {
          status: 200,
          body: { url: `${settings.publicUrl ?? origin}/api/meta/data-deletion/${code}`, confirmation_code: code },
        };
      },
    }),
    route({
      method: 'GET',
      path: '/api/meta/data-deletion/{code}',
      summary: 'How far a request to erase is, as a page for people',
      access: 'open',
      params: z.object({ code: z.string().regex(/^[0-9a-f]{24}$/) }),
      answer: { statuses: [200], type: 'text/html; charset=utf-8', schema: z.string() },
      refusals: ['not_found'],
      async handle({ params }) {
        const deletion = await readDeletion(store, params.code);
        if (deletion === null) return { refusal: refuse('not_found.deletion') };
        return { status: 200, body: statusPage(deletion) };
      },
    }),
  ];
}

/** Runs in the background; a request that fails or is cut off stays open and is finished at the next start. */
function finishDeletions({ store, takeOut, clock, log, onCommitted }: ApiDeps): void {
  carryOutDeletions({ store, takeOut }, clock).then(
    () => onCommitted(),
    (error: unknown) =>
      log.error({ err: error }, 'a request to erase data could not be finished; it is tried again at the next start'),
  );
}

function signerOf({ connectors }: ApiDeps, signedRequest: string): { channel: string; userId: string } | null {
  for (const { name, webhook } of connectors) {
    if (webhook.scheme !== metaScheme) continue;
    const secrets = webhook.secrets.map(({ secret }) => secret);
    const signed = readSignedRequest(signedRequest, secrets);
    if (signed !== null) return { channel: name, userId: signed.userId };
  }
  return null;
}

function statusPage({ receivedAt, doneAt, found }: DeletionState): string {
  const { title, arrived, underWay, nothing, done } = en.pages.erasing;
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title>
<h1>${title}</h1><p>${arrived({ on: day(receivedAt) })} ${progress()}</p></html>`;

  function progress(): string {
    if (doneAt === null) return underWay;
    // Meta names people by an app-scoped id, which is not the id under which they write to a business.
    return found === 0 ? nothing({ on: day(doneAt) }) : done({ on: day(doneAt) });
  }
}

function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
