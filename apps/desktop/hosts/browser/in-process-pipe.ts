import type { Pipe } from '../../contract/pipe.ts';

/** Two ends in one process, for a caller that speaks the contract without a window. Delivers in order, never synchronously. */
export function inProcessPipe(): { core: Pipe; caller: Pipe; close(): void } {
  const core = end();
  const caller = end();
  return {
    core: { post: (text) => caller.deliver(text), onMessage: core.onMessage, onClose: core.onClose },
    caller: { post: (text) => core.deliver(text), onMessage: caller.onMessage, onClose: caller.onClose },
    close() {
      core.close();
      caller.close();
    },
  };
}

function end() {
  const onMessage: ((text: string) => void)[] = [];
  const onClose: (() => void)[] = [];
  return {
    deliver: (text: string) => queueMicrotask(() => onMessage.forEach((listener) => listener(text))),
    close: () => onClose.forEach((listener) => listener()),
    onMessage: (listener: (text: string) => void) => void onMessage.push(listener),
    onClose: (listener: () => void) => void onClose.push(listener),
  };
}
