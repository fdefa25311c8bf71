import { createBirpc } from 'birpc';
import type { CoreFunctions, MethodInput, MethodOutput } from '../../contract/contract.ts';
import { decodeWire, encodeWire } from '../../contract/wire.ts';
import type { Core } from '../../core/create-core.ts';
import { inProcessPipe } from './in-process-pipe.ts';

/**
 * Pairs the desk as its window would: through the contract, over a pipe. A desk that is already paired stays as it is,
 * so that a restart with the same arguments works even though the code is used up.
 */
export async function pairOnce(
  core: Pick<Core, 'serve'>,
  input: MethodInput<'session.pair'>,
): Promise<MethodOutput<'session.pair'>> {
  const { core: served, caller, close } = inProcessPipe();
  const stop = core.serve(served);
  const rpc = createBirpc<CoreFunctions, { event(): void }, false>(
    // Events are for windows.
    { event: () => undefined },
    {
      proxify: false,
      post: (text: string) => caller.post(text),
      on: (listener) => caller.onMessage(listener),
      serialize: encodeWire,
      deserialize: decodeWire,
    },
  );
  try {
    const session = await rpc.$call('session.get', {});
    return session.paired ? { ok: true } : await rpc.$call('session.pair', input);
  } finally {
    rpc.$close();
    close();
    stop();
  }
}
