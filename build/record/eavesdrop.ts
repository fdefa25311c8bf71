import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type RawData, WebSocket, WebSocketServer } from 'ws';
import { type Entry, readPacket } from './packets.ts';

/** A call of the HTTP interface and its answer. */
export type Call = {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly status: number;
  readonly contentType: string | null;
  readonly answer: unknown;
};

/**
 * Sits between desks and their relay, passes everything on unchanged, and records what they say. It can cut the connection and
 * restore it. The path of an address may begin with `/as/NAME`, so that the entries say whose connection it is.
 */
export async function eavesdrop(relayUrl: string) {
  const entries: Entry[] = [];
  const calls: Call[] = [];
  const open = new Set<WebSocket>();
  const connections = new Map<string, number>();
  let cut = false;
  let losesPages = false;

  const http = createServer((request, response) => void passOn(request, response).catch(() => response.destroy()));
  const sockets = new WebSocketServer({ noServer: true });
  http.on('upgrade', (request, socket, head) => {
    if (cut) return void socket.destroy();
    sockets.handleUpgrade(request, socket, head, (near) => {
      const { name, path } = readAddress(request);
      const number = (connections.get(name) ?? 0) + 1;
      connections.set(name, number);
      join(near, new WebSocket(relayUrl.replace('http', 'ws') + path), `${name} ${number}`);
    });
  });

  function join(near: WebSocket, far: WebSocket, connection: string): void {
    const early: string[] = [];
    open.add(near);
    near.on('message', (data) => {
      const text = textOf(data);
      note(connection, 'desk', text);
      if (far.readyState === WebSocket.OPEN) far.send(text);
      else early.push(text);
    });
    far.on('open', () => early.forEach((text) => far.send(text)));
    far.on('message', (data) => {
      const text = textOf(data);
      if (losesPages && readPacket(text)?.kind === 'event') return;
      note(connection, 'relay', text);
      near.send(text);
    });
    near.on('close', () => {
      open.delete(near);
      far.close();
    });
    far.on('close', () => near.close());
    far.on('error', () => near.terminate());
  }

  function note(connection: string, from: Entry['from'], text: string): void {
    const packet = readPacket(text);
    if (packet !== null) entries.push({ connection, from, ...packet });
  }

  async function passOn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (cut) return void request.socket.destroy();
    const { path } = readAddress(request);
    const { status, contentType, text } = await ask(request.method ?? 'GET', path, await bodyOf(request), {
      'content-type': request.headers['content-type'] ?? 'application/json',
    });
    response.writeHead(status, contentType === null ? {} : { 'content-type': contentType });
    response.end(text);
  }

  async function ask(method: string, path: string, body: string, headers: Record<string, string>) {
    const answer = await fetch(relayUrl + path, { method, headers, ...(body === '' ? {} : { body }) });
    const text = await answer.text();
    const contentType = answer.headers.get('content-type');
    calls.push({ method, path, body: parsed(body), status: answer.status, contentType, answer: parsed(text) });
    return { status: answer.status, contentType, text };
  }

  await new Promise<void>((resolve) => void http.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  return {
    urlFor: (name: string) => `${url}/as/${name}`,
    entries,
    calls,
    /** Calls the relay's HTTP interface, and records call and answer, without the token. */
    async call(method: string, path: string, body?: unknown, token?: string): Promise<unknown> {
      const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const json = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
      const type = typeof body === 'string' ? 'application/x-www-form-urlencoded' : 'application/json';
      const { text } = await ask(method, path, json, {
        ...(json === '' ? {} : { 'content-type': type }),
        ...authorization,
      });
      return parsed(text);
    },
    cut(): void {
      cut = true;
      // What was sent before still arrives.
      for (const socket of open) socket.close();
    },
    mend(): void {
      cut = false;
      losesPages = false;
    },
    /** From now on answers arrive and pages do not, as on a connection that breaks between the two. */
    dropPages(): void {
      losesPages = true;
    },
    close(): void {
      for (const socket of open) socket.terminate();
      http.closeAllConnections();
      http.close();
    },
  };
}
export type Eavesdropper = Awaited<ReturnType<typeof eavesdrop>>;

function readAddress(request: IncomingMessage): { name: string; path: string } {
  const [, name = 'somebody', path = '/'] = /^\/as\/([a-z]+)(\/.*)$/.exec(request.url ?? '') ?? [
    '',
    'somebody',
    request.url,
  ];
  return { name, path };
}

function textOf(data: RawData): string {
  return (data as Buffer).toString();
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function parsed(text: string): unknown {
  try {
    return text === '' ? null : (JSON.parse(text) as unknown);
  } catch {
    return text;
  }
}
