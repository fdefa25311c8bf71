import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { words } from './words.ts';

export type Flags = {
  readonly dataDir: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly json: boolean;
  /** Set when the desk is to start paired. */
  readonly pairing: { readonly relayUrl: string; readonly code: string; readonly name: string } | null;
};

export function parseFlags(args: readonly string[]): { ok: true; flags: Flags } | { ok: false; problem: string } {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        data: { type: 'string' },
        port: { type: 'string' },
        relay: { type: 'string' },
        'pair-code': { type: 'string' },
        name: { type: 'string' },
        json: { type: 'boolean' },
      },
    }));
  } catch (error) {
    return { ok: false, problem: error instanceof Error ? error.message : String(error) };
  }
  const port = Number(values.port ?? '0');
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    return { ok: false, problem: words().hosts.terminal.portRange };
  const code = values['pair-code'];
  if (code !== undefined && values.relay === undefined)
    return { ok: false, problem: words().hosts.terminal.pairCodeAlone };
  const pairing =
    code === undefined || values.relay === undefined
      ? null
      : { relayUrl: values.relay, code, name: values.name ?? words().hosts.terminal.deskName };
  return {
    ok: true,
    flags: { dataDir: resolve(values.data ?? join(homedir(), '.transom')), port, json: values.json ?? false, pairing },
  };
}
