import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BodyMemory } from '../../../infra/local/http/body-memory.ts';
import { BodyReader, type Pace } from '../../../infra/local/http/body-reader.ts';
import { type ConnectionBounds, HttpServer } from '../../../infra/local/http/http-server.ts';

const KB = 1024;
const MB = 1024 * KB;

const PATIENT: Pace = { minBytesPerSecond: 0, graceMs: 60_000 };
const BOUNDS: ConnectionBounds = {
  ...{ maxConnections: 100, connectionsCheckingInterval: 20 },
  ...{ headersTimeout: 60_000, requestTimeout: 60_000 },
};

interface Scene {
  readonly memoryBytes?: number;
  readonly pace?: Pace;
  readonly bounds?: Partial<ConnectionBounds>;
  readonly limit?: number;
  readonly answer?: (res: ServerResponse, body: Buffer) => void;
}

/** Serves requests that answer with the length of their body. */
async function createScene(scene: Scene = {}) {
  const { memoryBytes = 64 * MB, pace = PATIENT, bounds, limit } = scene;
  const { answer = (res, body) => res.end(`got ${body.length}`) } = scene;
  const server = new HttpServer({ ...BOUNDS, ...bounds });
  const port = await server.listen(0, '127.0.0.1');
  onTestFinished(() => server.close());
  const memory = new BodyMemory(memoryBytes);
  const reader = new BodyReader(memory, pace);
  let most = 0;
  server.serve((req: IncomingMessage, res) => {
    req.on('data', () => {
      most = Math.max(most, memory.bytes);
    });
    reader.read(req, res, (body) => answer(res, body), limit);
  });
  const open = (): Client => openClient(port);
  return { memory, most: () => most, open };
}

interface Client {
  readonly socket: Socket;
  send(...parts: (string | Buffer)[]): void;
  /** Resolves with all that came, once the server has closed. */
  readonly closed: Promise<string>;
  readonly text: () => string;
}

function openClient(port: number): Client {
  let text = '';
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  onTestFinished(() => void socket.destroy());
  socket.setEncoding('latin1').on('data', (chunk) => {
    text += chunk;
  });
  socket.on('error', () => undefined);
  const closed = new Promise<string>((resolve) => {
    socket.on('end', () => socket.end());
    socket.on('close', () => resolve(text));
  });
  const send = (...parts: (string | Buffer)[]) => {
    for (const part of parts) socket.write(part);
  };
  return { socket, send, closed, text: () => text };
}

const head = (length: number, more = '') =>
  `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n${more}\r\n`;

describe('bodies that come at the same time', () => {
  it('are held within one bound; who is beyond it gets 503 and comes again', async () => {
    const waiting: ServerResponse[] = [];
    const answer = (res: ServerResponse) => void waiting.push(res);
    const { memory, most, open } = await createScene({ memoryBytes: 4 * MB, answer });
    const body = Buffer.alloc(900 * KB);
    const clients = Array.from({ length: 30 }, open);
    for (const { send } of clients) send(head(body.length), body);
    const refused = () => clients.filter(({ text }) => text().startsWith('HTTP/1.1 503')).length;
    await expect.poll(() => waiting.length + refused()).toBe(30);
    expect(most()).toBeLessThanOrEqual(4 * MB);
    expect(waiting.length).toBeGreaterThanOrEqual(1);
    expect(waiting.length).toBeLessThanOrEqual(4);
    expect(clients.find(({ text }) => text().startsWith('HTTP/1.1 503'))?.text()).toMatch(
      /^retry-after: \d+\r$/im,
    );
    for (const res of waiting) res.end();
    await expect.poll(() => memory.bytes).toBe(0);
  });

  it('count by what has come, not by what is announced', async () => {
    const { memory, open } = await createScene({ memoryBytes: 8 * MB });
    const slow = Array.from({ length: 20 }, open);
    for (const { send } of slow) send(head(5 * MB), 'x');
    await expect.poll(() => memory.bytes).toBe(20);
    const usual = open();
    usual.send(head(5), 'hello');
    await expect.poll(usual.text).toContain('got 5');
  });

  it('leave room for small ones when large ones have filled their part', async () => {
    const { memory, open } = await createScene({ memoryBytes: 8 * MB });
    const large = open();
    large.send(head(6 * MB), Buffer.alloc(6 * MB - 1));
    await expect.poll(() => memory.bytes).toBe(6 * MB - 1);
    const next = open();
    next.send(head(2 * MB));
    await expect.poll(next.text).toMatch(/^HTTP\/1\.1 503/);
    const small = open();
    small.send(head(100 * KB), Buffer.alloc(100 * KB));
    await expect.poll(small.text).toContain(`got ${100 * KB}`);
  });

  it('that are given up are held no longer', async () => {
    const { memory, open } = await createScene();
    const client = open();
    client.send(head(MB), Buffer.alloc(100 * KB));
    await expect.poll(() => memory.bytes).toBe(100 * KB);
    client.socket.destroy();
    await expect.poll(() => memory.bytes).toBe(0);
  });
});

describe('a body', () => {
  it('above the limit is refused with 413 before any of it is held', async () => {
    const { most, open } = await createScene({ limit: 10 });
    const client = open();
    client.send(head(11, 'Connection: close\r\n'), 'hello world');
    expect(await client.closed).toMatch(/^HTTP\/1\.1 413/);
    expect(most()).toBe(0);
  });

  it('that is refused while most of it is under way still lets the sender see the answer', async () => {
    const { open } = await createScene({ limit: 10 });
    const client = open();
    client.send(head(8 * MB, 'Connection: close\r\n'), Buffer.alloc(8 * MB));
    expect(await client.closed).toMatch(/^HTTP\/1\.1 413/);
    expect(client.socket.bytesWritten).toBeGreaterThan(8 * MB);
  });

  it('of unknown length is refused with 413 once it is above the limit', async () => {
    const { memory, open } = await createScene({ limit: 10 });
    const client = open();
    client.send('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n');
    client.send('8\r\n12345678\r\n', '8\r\n12345678\r\n');
    await expect.poll(client.text).toMatch(/^HTTP\/1\.1 413/);
    expect(memory.bytes).toBe(0);
  });

  it('is asked for where the sender waits, if there is room', async () => {
    const { open } = await createScene({ limit: 10 });
    const client = open();
    client.send(head(5, 'Expect: 100-continue\r\n'));
    await expect.poll(client.text).toMatch(/^HTTP\/1\.1 100/);
    client.send('hello');
    await expect.poll(client.text).toContain('got 5');
    const large = open();
    large.send(head(11, 'Expect: 100-continue\r\n'));
    await expect.poll(large.text).toMatch(/^HTTP\/1\.1 413/);
  });

  it('that drips is given up with 408', async () => {
    const pace = { minBytesPerSecond: 1000, graceMs: 50 };
    const { memory, open } = await createScene({ pace });
    const client = open();
    client.send(head(1000), 'x');
    expect(await client.closed).toMatch(/^HTTP\/1\.1 408/);
    expect(memory.bytes).toBe(0);
  });

  it('that does not end in time is given up with 408, however fast it comes', async () => {
    const bounds = { headersTimeout: 50, requestTimeout: 100 };
    const { memory, open } = await createScene({ bounds });
    const client = open();
    client.send(head(10 * MB), Buffer.alloc(MB));
    expect(await client.closed).toMatch(/^HTTP\/1\.1 408/);
    await expect.poll(() => memory.bytes).toBe(0);
  });
});

describe('a connection', () => {
  it('whose headers drip is given up with 408, and one that says nothing too', async () => {
    const { open } = await createScene({ bounds: { headersTimeout: 50, requestTimeout: 50 } });
    const slow = open();
    slow.send('POST / HTTP/1.1\r\nHost: a\r\n');
    const silent = open();
    expect(await slow.closed).toMatch(/^HTTP\/1\.1 408/);
    expect(await silent.closed).toMatch(/^(HTTP\/1\.1 408|$)/);
  });

  it('beyond the number allowed is closed', async () => {
    const { open } = await createScene({ bounds: { maxConnections: 3 } });
    const taken = Array.from({ length: 3 }, open);
    for (const { send } of taken) send('POST / HTTP/1.1\r\n');
    const beyond = open();
    expect(await beyond.closed).toBe('');
  });

  it('beyond that number takes the place of the oldest that has sent half a head', async () => {
    const { open } = await createScene({ bounds: { maxConnections: 2 } });
    const [oldest, newer] = [open(), open()];
    for (const { send } of [oldest, newer]) send('POST / HTTP/1.1\r\nA: ');
    expect(await open().closed).toBe('');
    await oldest.closed;
    const next = open();
    next.send(head(2), 'hi');
    await expect.poll(next.text).toContain('got 2');
    expect(newer.socket.destroyed).toBe(false);
  });

  it('beyond that number takes the place of one that is idle', async () => {
    const { open } = await createScene({ bounds: { maxConnections: 1 } });
    const idle = open();
    idle.send(head(2), 'hi');
    await expect.poll(idle.text).toContain('got 2');
    await open().closed;
    await idle.closed;
    const next = open();
    next.send(head(2), 'hi');
    await expect.poll(next.text).toContain('got 2');
  });

  it('whose client closes its side after a whole request gets the answer', async () => {
    const answers: ServerResponse[] = [];
    const answer = (res: ServerResponse) => void answers.push(res);
    const { open } = await createScene({ answer });
    const client = open();
    client.send(head(5), 'hello');
    client.socket.end();
    await expect.poll(() => answers.length).toBe(1);
    answers[0]?.end('late');
    expect(await client.closed).toMatch(/^HTTP\/1\.1 200[\s\S]*late$/);
  });

  it('whose client closes its side within a body is closed', async () => {
    const { memory, open } = await createScene();
    const client = open();
    client.send(head(50), 'hello');
    client.socket.end();
    await client.closed;
    await expect.poll(() => memory.bytes).toBe(0);
  });
});
