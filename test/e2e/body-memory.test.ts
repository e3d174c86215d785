import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { platform } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SourceView } from '../../shared/heddle/api/sources.ts';
import { send } from '../helpers/all-endpoints.ts';
import { createDelivery } from '../helpers/github.ts';
import { HeddleHost, prepareHeddle } from '../helpers/heddle-host.ts';

const MB = 1024 * 1024;

let host: HeddleHost;
beforeAll(async () => {
  host = await HeddleHost.start(prepareHeddle({ env: { LOCAL_HOST_BODY_MB: '32' } }));
});
afterAll(() => host.process.stop());

const block = Buffer.alloc(256 * 1024, 'x');

/** Posts an unsigned body of blocks, as fast as it is taken. @returns the first line of the answer */
function flood(path: string, length: number): Promise<string> {
  const { hostname, port } = new URL(host.process.url);
  const socket = connect(Number(port), hostname);
  let left = length;
  const write = () => {
    while (left > 0 && !socket.destroyed) {
      const part = block.subarray(0, left);
      left -= part.length;
      if (!socket.write(part)) return;
    }
  };
  const head = [`POST ${path} HTTP/1.1`, 'Host: localhost', 'Content-Type: application/json'];
  socket.write(`${head.join('\r\n')}\r\nContent-Length: ${length}\r\n\r\n`);
  socket.on('drain', write);
  write();
  return new Promise((resolve) => {
    socket.once('data', (chunk) => {
      resolve(chunk.toString('latin1').split('\r\n', 1)[0] ?? '');
      socket.destroy();
    });
    socket.on('error', () => resolve('reset'));
  });
}

/** The most memory that the host has had, in MB. */
function peakMb(): number {
  const status = readFileSync(`/proc/${host.process.pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}

describe('a body', () => {
  it.each([
    ['/webhooks/github', 25 * MB + 1, 413, 'body_too_large'],
    ['/webhooks/github/nobody', 100, 404, 'source_unknown'],
    ['/webhooks/nobody', 100, 404, 'source_unknown'],
    ['/api/v1/emit', 5 * MB + 1, 413, 'body_too_large'],
    ['/api/v1/triggers/t/pause', 5 * MB + 1, 413, 'body_too_large'],
  ])('to %s of %i bytes is answered before it comes', async (path, length, status, code) => {
    const url = new URL(path, host.process.url);
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(Number(url.port), url.hostname);
      socket.write(`POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${length}\r\n\r\n`);
      socket.once('data', (chunk) => {
        resolve(chunk.toString());
        socket.destroy();
      });
    });
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain(`"code":"${code}"`);
  });

  it('that is refused so early counts as refused by its source', async () => {
    await flood('/webhooks/github', 26 * MB);
    const { items } = await host.get<{ items: readonly SourceView[] }>('api/v1/sources');
    expect(items.find(({ name }) => name === 'github')).toMatchObject({
      lastRejected: { code: 'body_too_large' },
    });
  });

  it('of the admin API has a bound too', async () => {
    const url = new URL('/admin/functions/health', host.process.url);
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ input: 'x'.repeat(5 * MB) });
    expect((await send(url, 'POST', { headers, body })).status).toBe(413);
  });

  it('with more keys than a payload may have is 400 at the API', async () => {
    const pairs = Array.from({ length: 300_000 }, (_, at) => `"key${at}":1`);
    const body = `{"endpoint":"a","data":{${pairs.join(',')}}}`;
    const headers = { 'content-type': 'application/json' };
    const url = new URL('/api/v1/emit', host.process.url);
    const answer = await send(url, 'POST', { headers, body });
    expect(answer).toMatchObject({ status: 400, code: 'payload_malformed' });
    expect(answer.text).toContain('more than 100000 keys');
  });
});

describe.skipIf(platform() !== 'linux')('thirty unsigned posts at a time', () => {
  it.each([
    ['of 100 MB, above the limit of the source', 100 * MB, ['413']],
    ['of 24 MB, below it', 24 * MB, ['401', '503']],
  ])('%s take no more memory than is set, and others come in', async (_, length, statuses) => {
    const before = peakMb();
    const posts = Array.from({ length: 30 }, () => flood('/webhooks/github', length));
    const { headers, body } = await createDelivery('{"zen":"a"}', { event: 'ping' });
    const ping = await host.post(headers, body);
    expect(ping.status).toBeLessThan(300);
    for (const answer of await Promise.all(posts)) {
      if (answer !== 'reset') expect(statuses).toContain(answer.split(' ')[1]);
    }
    expect(peakMb() - before).toBeLessThan(300);
  });

  it('that are refused for memory show in /health until a delivery is taken again', async () => {
    const posts = Array.from({ length: 4 }, () => flood('/webhooks/github', 24 * MB));
    await expect
      .poll(async () => JSON.stringify(await host.health()))
      .toContain('too many bodies are in memory');
    await Promise.all(posts);
    const { headers, body } = await createDelivery('{"zen":"b"}', { event: 'ping' });
    await host.post(headers, body);
    await expect.poll(async () => (await host.health()).status).toBe('healthy');
  });
});
