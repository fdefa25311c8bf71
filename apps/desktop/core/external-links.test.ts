import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decideExternal } from './external-links.ts';

test('web, mail and phone links pass, rewritten', () => {
  expect(decideExternal('HTTPS://Example.com/a b')).toEqual({ ok: true, url: 'https://example.com/a%20b' });
  expect(decideExternal(' http://example.com\n')).toEqual({ ok: true, url: 'http://example.com/' });
  expect(decideExternal('tel:+1 (555) 010-9999')).toEqual({ ok: true, url: 'tel:+15550109999' });
  expect(decideExternal('mailto:dana@example.com?subject=Hi%20there&attach=/etc/passwd&cc=x@y.z')).toEqual({
    ok: true,
    url: 'mailto:dana@example.com?subject=Hi%20there',
  });
});

test.each([
  'javascript:alert(1)',
  'java\nscript:alert(1)',
  'JaVaScRiPt://example.com/%0aalert(1)',
  'data:text/html,<script>1</script>',
  'file:///etc/passwd',
  '\\\\server\\share\\x.exe',
  '//server/share',
  'smb://server/share',
  'ms-msdt:/id PCWDiagnostic',
  'search-ms:query=x&crumb=location:\\\\evil',
  'vscode://file/x',
  'blob:https://example.com/1',
  'view-source:https://example.com',
  'https://bank.example@evil.example/',
  'https://user:pass@evil.example/',
  'tel:*#06#',
  'tel:+1;phone-context=$(calc)',
  'mailto:?attach=/etc/passwd',
  'mailto:"a b"@example.com',
  'mailto:a%40b%22--attach%3Dx@example.com',
  'https://',
  '',
  'example.com',
  '\u0000https',
])('%j stays inside', (link) => {
  expect(decideExternal(link)).toMatchObject({ ok: false, refusal: { code: 'invalid_request' } });
});

test('whatever passes is one of four schemes, plain ASCII, and passes again unchanged', () => {
  const piece = fc.oneof(
    fc.webUrl(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('https://', 'mailto:', 'tel:+4', 'a@b.c', '"', ' ', '&&', '`', '$('),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 5 }), (pieces) => {
      const decided = decideExternal(pieces.join(''));
      if (!decided.ok) return;
      expect(decided.url).toMatch(/^(https?:\/\/|mailto:|tel:)[\x21-\x7e]*$/);
      expect(decided.url).not.toContain('"');
      expect(decideExternal(decided.url)).toEqual(decided);
    }),
    { numRuns: 1_000 },
  );
});
