import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { root } from '../root.ts';
import { findChannelNames } from './channel-names.ts';

const folder = mkdtempSync(join(tmpdir(), 'transom-names-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function plant(file: string, code: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), code);
}

test('our own code names no channel where it must not', () => {
  expect(findChannelNames(root)).toEqual([]);
});

test('a channel\u2019s name or host is found in every part, on its line', () => {
  // The folder's name counts, so that a future channel is watched from its first day.
  plant('apps/relay/src/channels/pigeon/policy.ts', "export const name = 'pigeon';");
  plant('apps/relay/src/channels/meta/shape.ts', '');
  plant('apps/relay/src/inbox/notes.ts', "const it = 1;\nif (channel === 'pigeon') send();");
  plant('apps/relay/src/http/routes.ts', 'fetch(`https://api.pigeon.example/${id}`);');
  plant('apps/relay/src/settings.ts', "read('PIGEON_APP_ID');");
  plant('packages/shared/src/rules.ts', "const limits = { pigeon: 1, 'other': 2 }; // \u2019");
  plant('apps/desktop/core/calls.ts', "/* several\n lines */ it('Pigeon');");
  plant('apps/desktop/renderer/parts/badge.module.css', '.pigeon { color: red; }');
  plant('apps/desktop/renderer/thread/row.tsx', '<b>{\n"pigeon"}</b>');
  expect(
    findChannelNames(folder)
      .map(({ file, line, name }) => `${file}:${line} ${name}`)
      .toSorted(),
  ).toEqual(
    [
      'apps/relay/src/http/routes.ts:1 pigeon',
      'apps/relay/src/inbox/notes.ts:2 pigeon',
      'apps/relay/src/settings.ts:1 PIGEON',
      'packages/shared/src/rules.ts:1 pigeon',
      'apps/desktop/core/calls.ts:2 Pigeon',
      'apps/desktop/renderer/parts/badge.module.css:1 pigeon',
      'apps/desktop/renderer/thread/row.tsx:2 pigeon',
    ].toSorted(),
  );
});

test('comments, tests, the texts that people read and the table of pictures may name one', () => {
  const before = findChannelNames(folder).length;
  plant('apps/relay/src/inbox/tells.ts', '// A pigeon returns none.\nconst a = 1; /* pigeon */');
  plant('apps/relay/src/inbox/notes.test.ts', "expect('pigeon');");
  plant('apps/desktop/renderer/display/test-rows.ts', "channel: 'pigeon'");
  plant('packages/shared/src/text/en/channels.ts', "pigeon: 'Pigeon'");
  plant('apps/desktop/renderer/parts/channel-badge.tsx', 'pigeon: 1');
  expect(findChannelNames(folder)).toHaveLength(before);
});
