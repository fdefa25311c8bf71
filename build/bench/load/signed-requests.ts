import { encodeBody, signatureOf } from '@transom/simulator';
import { chanceOf } from '../random.ts';
import { buyerText } from '../texts.ts';

/**
 * Webhooks made and signed before the clock starts. Each has its own message id, so that no server gets a duplicate, which would be
 * the cheaper path.
 */
export type Target = { readonly path: string; readonly accountNativeId: string; readonly secret: string };
export type SignedRequest = { readonly nativeMessageId: string; readonly bytes: Buffer };

export type RequestMaker = (count: number) => SignedRequest[];

/** `buyers` is how many people write in turn; `series` keeps the ids of two makers apart. */
export function requestMaker(target: Target, buyers: number, series: string): RequestMaker {
  const chance = chanceOf(7);
  let made = 0;
  return (count) =>
    Array.from({ length: count }, () => {
      made += 1;
      const nativeMessageId = `aWdfZAG1faXRlbToxOk${series}${String(made).padStart(60, '0')}ZD`;
      const sender = `12${String(7_000_000 + (made % buyers)).padStart(14, '0')}`;
      return {
        nativeMessageId,
        bytes: signedRequest(target, messageBody(target, sender, nativeMessageId, `${buyerText(chance)} n${made}`)),
      };
    });
}

/** A direct message as Meta puts it on the wire. `text` is the buyer's, `at` the moment when they wrote. */
export function messageBody(
  { accountNativeId }: Target,
  sender: string,
  nativeMessageId: string,
  text: string,
  at = Date.now(),
): string {
  return encodeBody({
    object: 'instagram',
    entry: [
      {
        id: accountNativeId,
        time: at,
        messaging: [
          {
            sender: { id: sender },
            recipient: { id: accountNativeId },
            timestamp: at,
            message: { mid: nativeMessageId, text },
          },
        ],
      },
    ],
  });
}

export function signedRequest({ path, secret }: Target, body: string): Buffer {
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\nx-hub-signature-256: ${signatureOf(secret, body)}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
