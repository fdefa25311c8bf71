import { type Refusal, refuse } from '@transom/shared';

export type ExternalDecision =
  | { readonly ok: true; readonly url: string }
  | { readonly ok: false; readonly refusal: Refusal };

const hostless = new Set(['mailto:', 'tel:']);
const webSchemes = new Set(['https:', 'http:']);

/**
 * Whether a link that a buyer wrote may leave the app, and in which form. Only web, mail and phone links; what is opened
 * is rewritten from its parts, so that no quoting trick reaches the operating system's launcher.
 */
export function decideExternal(input: string): ExternalDecision {
  if (!URL.canParse(input)) return no('invalid_request.link_incomplete');
  const url = new URL(input);
  if (webSchemes.has(url.protocol)) {
    if (url.username !== '' || url.password !== '') return no('invalid_request.link_with_name');
    // The URL standard allows quotes and other marks in a host; no real host has them.
    if (!/^([a-z\d._-]+|\[[\da-f:.]+\])$/.test(url.hostname)) return no('invalid_request.link_host');
    return { ok: true, url: url.href };
  }
  if (!hostless.has(url.protocol)) return no('invalid_request.link_kind');
  return url.protocol === 'tel:' ? decidePhone(url) : decideMail(url);
}

function decidePhone(url: URL): ExternalDecision {
  const number = url.pathname.replace(/%20|[\s().-]/g, '');
  return /^\+?\d{2,20}$/.test(number) ? { ok: true, url: `tel:${number}` } : no('invalid_request.link_phone');
}

/** Subject and text survive; everything else is dropped, because some mail programs attach files by a link (`attach=`). */
function decideMail(url: URL): ExternalDecision {
  if (!/^[^\s@?&"'<>\\,;:/]+@[\w.-]+$/.test(decodePart(url.pathname))) return no('invalid_request.link_mail');
  const parts = ['subject', 'body'].flatMap((name) => {
    const value = url.searchParams.get(name);
    return value === null ? [] : [`${name}=${encodeURIComponent(value.toWellFormed())}`];
  });
  return { ok: true, url: `mailto:${url.pathname}${parts.length === 0 ? '' : `?${parts.join('&')}`}` };
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}

function no(
  why: `invalid_request.link_${'incomplete' | 'with_name' | 'host' | 'kind' | 'phone' | 'mail'}`,
): ExternalDecision {
  return { ok: false, refusal: refuse(why) };
}
