import { parseArgs } from 'node:util';
import { type WorldName, worlds } from '@transom/simulator';

export type DemoOptions = {
  /** Plays the scene once, without a window, and ends. */
  readonly check: boolean;
  readonly open: boolean;
  readonly json: boolean;
  readonly world: WorldName;
};

export const usage = `npm run demo -- [options]
  --check      play the scene once without a window, say what happened, end with 0 or 1
  --no-open    open no window; the address is printed instead
  --json       print one line {"inbox","relay","simulator"} to standard output when all is ready
  --world W    the buyers who write: monday-rush (default), quiet-shop, expired-windows`;

export function readOptions(
  args: readonly string[],
): { ok: true; options: DemoOptions } | { ok: false; problem: string } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        check: { type: 'boolean', default: false },
        'no-open': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        world: { type: 'string', default: 'monday-rush' },
      },
    });
    const { world } = values;
    if (!isWorld(world)) return { ok: false, problem: `There is no world "${world}".` };
    return { ok: true, options: { check: values.check, open: !values['no-open'], json: values.json, world } };
  } catch (error) {
    return { ok: false, problem: error instanceof Error ? error.message : String(error) };
  }
}

function isWorld(name: string): name is WorldName {
  return Object.hasOwn(worlds, name);
}
