import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Calls between the bench and the processes that it measures with, over Node's own channel. */
type Functions = Readonly<Record<string, (...args: never[]) => Promise<unknown>>>;
type Request = { readonly call: number; readonly name: string; readonly args: readonly unknown[] };
type Reply = { readonly call: number; readonly result?: unknown; readonly error?: string };

export type Remote = {
  call<Result>(name: string, ...args: readonly unknown[]): Promise<Result>;
  readonly pid: number;
  stop(): Promise<void>;
};

/** In the started process: answers calls until its parent is gone. */
export function answerCalls(functions: Functions): void {
  process.on('message', (request: Request) => {
    const work = functions[request.name] as ((...args: readonly unknown[]) => Promise<unknown>) | undefined;
    const result =
      work === undefined ? Promise.reject(new Error(`There is no ${request.name} here.`)) : work(...request.args);
    result.then(
      (value) => process.send?.({ call: request.call, result: value } satisfies Reply),
      (error: unknown) =>
        process.send?.({
          call: request.call,
          error: error instanceof Error ? (error.stack ?? error.message) : String(error),
        } satisfies Reply),
    );
  });
  process.on('disconnect', () => process.exit());
}

export function startRemote(script: URL): Remote {
  const child: ChildProcess = fork(fileURLToPath(script), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let calls = 0;
  child.on('message', ({ call, result, error }: Reply) => {
    const caller = waiting.get(call);
    waiting.delete(call);
    if (error === undefined) caller?.resolve(result);
    else caller?.reject(new Error(error));
  });
  child.on('exit', (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`${script.pathname} ended with ${String(code)}.`));
  });
  return {
    pid: child.pid ?? 0,
    call: <Result>(name: string, ...args: readonly unknown[]) =>
      new Promise<Result>((resolve, reject) => {
        calls += 1;
        waiting.set(calls, { resolve: resolve as (value: unknown) => void, reject });
        child.send({ call: calls, name, args } satisfies Request);
      }),
    async stop() {
      if (child.exitCode !== null) return;
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
}
