import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The minimal receiver of webhooks: checks the HMAC of the raw body, and parses it. */

const secret = process.env.GITHUB_WEBHOOK_SECRET ?? '';
const prefix = 'sha256=';

const server = createServer((req, res) => {
  const chunks: Buffer[] = [];
  req.on('data', (chunk: Buffer) => chunks.push(chunk));
  req.on('end', () => answer(req, res, Buffer.concat(chunks)));
});

function answer(req: IncomingMessage, res: ServerResponse, body: Buffer): void {
  if (!isSigned(req, body)) {
    res.writeHead(401).end();
    return;
  }
  JSON.parse(body.toString('utf8'));
  const text = JSON.stringify({ id: req.headers['x-github-delivery'] });
  res.writeHead(202, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  res.end(text);
}

function isSigned(req: IncomingMessage, body: Buffer): boolean {
  const signature = String(req.headers['x-hub-signature-256']);
  const presented = Buffer.from(signature.slice(prefix.length), 'hex');
  const expected = createHmac('sha256', secret).update(body).digest();
  return presented.length === expected.length && timingSafeEqual(presented, expected);
}

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  console.log(`bare is ready on http://127.0.0.1:${port}`);
});
