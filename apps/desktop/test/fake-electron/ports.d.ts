import { EventEmitter } from 'node:events';
import { type MessagePort } from 'node:worker_threads';
/** Electron's ports and utility processes, with real ports and a worker thread below them. */
export declare class MessagePortMain extends EventEmitter {
    private readonly port;
    constructor(port: MessagePort);
    start(): void;
    postMessage(data: unknown, transfer?: MessagePortMain[]): void;
    close(): void;
}
type Envelope = {
    readonly data: unknown;
    readonly ports: readonly MessagePort[];
};
export declare function unwrap(message: Envelope): {
    data: unknown;
    ports: MessagePortMain[];
};
export declare function rawPort(port: MessagePortMain): MessagePort;
export declare class MessageChannelMain {
    readonly port1: MessagePortMain;
    readonly port2: MessagePortMain;
    constructor();
}
declare class UtilityProcess extends EventEmitter {
    private readonly worker;
    constructor(modulePath: string, args: string[]);
    postMessage(data: unknown, transfer?: MessagePortMain[]): void;
    kill(): boolean;
}
export declare const utilityProcess: {
    fork(modulePath: string, args?: string[]): UtilityProcess;
};
export {};
