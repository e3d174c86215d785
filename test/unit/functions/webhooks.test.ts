import { HttpRequest, InvocationContext } from '@azure/functions';
import { describe, expect, it } from 'vitest';
import { createWebhook, toHttpHandler, toRawHandler } from '../../../functions/webhooks.ts';
import type { App } from '../../../shared/heddle/composition/open-app.ts';
import { RejectedError } from '../../../shared/heddle/errors/errors.ts';
import type { WebhookRequest } from '../../../shared/heddle/sources/source.ts';
import { silent } from '../../helpers/world.ts';

interface Seen {
  readonly kind: string;
  readonly name: string | undefined;
  readonly request: WebhookRequest;
}

/** An app that records its requests, and answers with the length of the body. */
function createSubject() {
  const seen: Seen[] = [];
  const app = {
    logger: silent,
    now: () => 42,
    async receive(kind: string, name: string | undefined, request: WebhookRequest) {
      seen.push({ kind, name, request });
      if (request.body.toString() === 'forged')
        throw new RejectedError('forged', 'No.', { status: 401 });
      return { status: 202, json: { bytes: request.body.length } };
    },
  } as unknown as App;
  return { seen, answer: createWebhook(() => app, 'github') };
}

const bytes = Buffer.from([0x7b, 0x00, 0xff, 0x7d]);

/** Both ways into the same webhook: through the library's request, and through the host's own. */
const ways = {
  async library(body: Buffer, headers: Record<string, string> = {}) {
    const { seen, answer } = createSubject();
    const init = {
      method: 'POST',
      url: 'http://localhost/webhooks/github/acme?a=1',
      params: { name: 'acme' },
    };
    const request = new HttpRequest({ ...init, headers, body: { bytes: body } });
    const result = await toHttpHandler(answer)(request, new InvocationContext());
    return { seen, result };
  },
  async raw(body: Buffer, headers: Record<string, string> = {}) {
    const { seen, answer } = createSubject();
    const request = { method: 'POST', query: { a: '1' }, params: { name: 'acme' }, headers, body };
    const result = await toRawHandler(answer)({ ...request, traceparent: undefined });
    return { seen, result };
  },
};

describe.each(Object.entries(ways))('a webhook called by way of %s', (_, call) => {
  it('gets the bytes as sent, the source by its name, and headers whatever their case', async () => {
    const { seen, result } = await call(bytes, { 'x-one': '1' });
    const [first] = seen;
    expect(first).toMatchObject({ kind: 'github', name: 'acme' });
    expect(first?.request.body.equals(bytes)).toBe(true);
    expect(first?.request.headers.get('X-One')).toBe('1');
    expect(first?.request.headers.get('x-two')).toBeNull();
    expect([...(first?.request.headers.keys() ?? [])]).toContain('x-one');
    expect(first?.request.query.get('a')).toBe('1');
    expect(first?.request.receivedAt).toBe(42);
    expect(result).toMatchObject({ status: 202, body: '{"bytes":4}' });
  });

  it('answers what is thrown as a problem', async () => {
    const { result } = await call(Buffer.from('forged'));
    expect(result).toMatchObject({ status: 401 });
  });

  it('says that a chunked body did not arrive', async () => {
    const { seen, result } = await call(Buffer.alloc(0), { 'transfer-encoding': 'chunked' });
    expect(result).toMatchObject({ status: 411 });
    expect(seen).toEqual([]);
  });
});
