import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../root.ts';

/**
 * A linter that looks at nothing passes too. So for each wall one forbidden import is planted, in a folder that only looks like
 * ours, and the linter must find exactly those.
 */
const planted: readonly { readonly file: string; readonly code: string }[] = [
  { file: 'packages/shared/src/reads-a-file.ts', code: "import 'node:fs';" },
  { file: 'packages/shared/src/knows-the-simulator.ts', code: "import '@transom/simulator';" },
  { file: 'packages/simulator/src/knows-the-relay.ts', code: "import '../../../apps/relay/src/relay.ts';" },
  { file: 'apps/relay/src/inbox/knows-meta.ts', code: "import '../channels/meta/signature.ts';" },
  { file: 'apps/relay/src/feed/knows-meta.ts', code: "import '../channels/meta/normalize/delivery.ts';" },
  { file: 'apps/relay/src/http/knows-a-channel.ts', code: "import '../channels/facebook/policy.ts';" },
  { file: 'apps/relay/src/intake/knows-the-channels.ts', code: "import '../channels/all.ts';" },
  { file: 'apps/relay/src/accounts/knows-the-channels.ts', code: "import '../channels/all.ts';" },
  { file: 'apps/relay/src/keeps-time-of-a-channel.ts', code: "import './channels/instagram/policy.ts';" },
  { file: 'apps/relay/src/operator/knows-a-channel.ts', code: "import '../channels/instagram/instagram.ts';" },
  { file: 'apps/relay/src/settings.ts', code: "import './channels/instagram/instagram.ts';" },
  { file: 'apps/relay/src/channels/facebook/knows-its-neighbour.ts', code: "import '../instagram/policy.ts';" },
  { file: 'apps/relay/src/channels/facebook/knows-a-room.ts', code: "import '../../inbox/thread.ts';" },
  { file: 'apps/relay/src/channels/facebook/knows-the-store.ts', code: "import '../../store/port.ts';" },
  { file: 'apps/relay/src/channels/meta/knows-a-channel.ts', code: "import '../instagram/policy.ts';" },
  { file: 'apps/relay/src/channels/meta/graph/knows-a-channel.ts', code: "import '../../facebook/dialect.ts';" },
  { file: 'apps/relay/src/ledger/knows-the-inbox.ts', code: "import '../inbox/thread.ts';" },
  { file: 'apps/relay/src/ledger/knows-the-partners.ts', code: "import '../partners/grants.ts';" },
  { file: 'apps/relay/src/ledger/documents/knows-a-new-room.ts', code: "import '../../newest/room.ts';" },
  { file: 'apps/relay/src/ledger/knows-the-channels.ts', code: "import '../channels/channel.ts';" },
  { file: 'apps/relay/src/ledger/documents/knows-the-inbox.ts', code: "import '../../inbox/thread.ts';" },
  { file: 'apps/relay/src/http/knows-the-desk.ts', code: "import '../../../desktop/core/create-core.ts';" },
  { file: 'apps/desktop/contract/knows-the-core.ts', code: "import '../core/create-core.ts';" },
  { file: 'apps/desktop/contract/reads-a-file.ts', code: "import 'node:fs';" },
  { file: 'apps/desktop/core/knows-electron.ts', code: "import 'electron';" },
  { file: 'apps/desktop/core/cache/knows-react.ts', code: "import 'react';" },
  { file: 'apps/desktop/core/knows-a-host.ts', code: "import '../hosts/browser/main.ts';" },
  { file: 'apps/desktop/renderer/reads-a-file.ts', code: "import 'node:fs';" },
  { file: 'apps/desktop/renderer/stores/knows-the-core.ts', code: "import '../../core/clock.ts';" },
  { file: 'apps/desktop/renderer/knows-electron.ts', code: "import 'electron';" },
  { file: 'apps/desktop/preload/knows-the-core.ts', code: "import '../core/create-core.ts';" },
  { file: 'apps/desktop/hosts/electron/knows-too-much.ts', code: "import '../../core/cache/open.ts';" },
  { file: 'apps/desktop/hosts/browser/knows-electron.ts', code: "import 'electron';" },
  { file: 'apps/desktop/hosts/browser/knows-too-much.ts', code: "import '../../core/sync/pair.ts';" },
];
const allowed: readonly { readonly file: string; readonly code: string }[] = [
  { file: 'apps/desktop/hosts/electron/starts-the-core.ts', code: "import '../../core/create-core.ts';" },
  { file: 'apps/desktop/core/reads-a-file.ts', code: "import 'node:fs';" },
  { file: 'apps/relay/src/relay.ts', code: "import './channels/meta/duties.ts';" },
  { file: 'apps/relay/src/http/knows-the-types.ts', code: "import '../channels/channel.ts';" },
  { file: 'apps/relay/src/operator/knows-the-channels.ts', code: "import '../channels/all.ts';" },
  { file: 'apps/relay/src/channels/facebook/knows-its-family.ts', code: "import '../meta/shape.ts';" },
  { file: 'apps/relay/src/channels/facebook/knows-events.ts', code: "import '../../inbox/events.ts';" },
  { file: 'apps/relay/src/channels/meta/graph/knows-the-port.ts', code: "import '../../../outbound/channel-port.ts';" },
  { file: 'apps/relay/src/channels/meta/knows-a-room.ts', code: "import '../../http/route.ts';" },
  { file: 'apps/relay/src/ledger/knows-the-store.ts', code: "import '../store/port.ts';" },
  { file: 'apps/relay/src/ledger/documents/knows-its-own.ts', code: "import '../agency-work.ts';" },
  { file: 'apps/relay/src/ledger/knows-its-documents.ts', code: "import './documents/message.ts';" },
  { file: 'apps/relay/src/ledger/knows-the-trail.ts', code: "import '../trail/chain.ts';" },
  { file: 'apps/relay/src/ledger/knows-the-clock.ts', code: "import '../clock.ts';" },
  { file: 'apps/relay/src/channels/facebook/knows-the-port.ts', code: "import '../../outbound/channel-port.ts';" },
  { file: 'apps/relay/src/channels/facebook/knows-the-types.ts', code: "import '../channel.ts';" },
  { file: 'apps/relay/src/ledger/documents/knows-the-store.ts', code: "import '../../store/port.ts';" },
  { file: 'apps/desktop/renderer/knows-the-contract.ts', code: "import '../contract/contract.ts';" },
];

const folder = mkdtempSync(join(tmpdir(), 'transom-walls-'));
let found: readonly string[] = [];

beforeAll(() => {
  cpSync(join(root, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
  for (const { file, code } of [...planted, ...allowed]) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), `${code}\n`);
  }
  found = filesWithForbiddenImports();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(planted)('$file is reported', ({ file }) => {
  expect(found).toContain(file);
});

test.each(allowed)('$file is not', ({ file }) => {
  expect(found).not.toContain(file);
});

type Diagnostic = { readonly code?: string; readonly filename: string };

function filesWithForbiddenImports(): string[] {
  const { diagnostics } = JSON.parse(lint()) as { diagnostics: Diagnostic[] };
  return diagnostics.filter(({ code }) => code?.includes('no-restricted-imports')).map(({ filename }) => filename);
}

function lint(): string {
  try {
    return execFileSync(join(root, 'node_modules/.bin/oxlint'), ['--format', 'json'], {
      cwd: folder,
      encoding: 'utf8',
    });
  } catch (error) {
    // It exits with 1 because it found something, as it should.
    return (error as { stdout: string }).stdout;
  }
}
