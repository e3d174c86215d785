import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { openApp } from '../../../shared/heddle/composition/open-app.ts';
import { loadConfig } from '../../../shared/heddle/config/config.ts';
import { plain } from '../../fixtures/plain-parts.ts';

/** Heddle's durable ingest on `node:http`, without the Functions host and its library. */

const HEDDLE_TRIGGERS_FILE = fileURLToPath(
  new URL('../../fixtures/user-app/infra/triggers.yaml', import.meta.url),
);
const app = await openApp(loadConfig({ ...process.env, HEDDLE_TRIGGERS_FILE }), plain);

const server = createServer((req, res) => {
  if (req.url === '/health')
    return void app.call('health').then((health) => send(res, 200, health));
  const chunks: Buffer[] = [];
  req.on('data', (chunk: Buffer) => chunks.push(chunk));
  req.on('end', () => void receive(req, res, Buffer.concat(chunks)));
});

async function receive(req: IncomingMessage, res: ServerResponse, body: Buffer): Promise<void> {
  const reply = await app.receive('github', undefined, {
    method: 'POST',
    headers: {
      get: (name) => req.headers[name]?.toString() ?? null,
      keys: () => Object.keys(req.headers),
    },
    query: new URLSearchParams(),
    body,
    receivedAt: app.now(),
    traceparent: undefined,
  });
  send(res, reply.status, reply.json);
}

function send(res: ServerResponse, status: number, value: unknown): void {
  const text = JSON.stringify(value);
  res.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  res.end(text);
}

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  console.log(`direct is ready on http://127.0.0.1:${port}`);
});
