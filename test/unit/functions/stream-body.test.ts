import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BodyBudget } from '../../../functions/stream/body-budget.ts';
import { type ReceiveOptions, receiveBody } from '../../../functions/stream/receive-body.ts';
import { sendAnswer } from '../../../functions/stream/send-answer.ts';
import { StreamServer } from '../../../functions/stream/stream-server.ts';
import { RejectedError } from '../../../shared/heddle/errors/errors.ts';

const toProblem = (error: unknown) => ({
  ...{ status: 503, headers: {} },
  body: error instanceof Error && 'code' in error ? String(error.code) : 'unknown',
});

async function createScene(patienceMs?: number) {
  const server = await StreamServer.open({ toProblem, ...(patienceMs && { patienceMs }) });
  onTestFinished(() => server.close());
  const begin = (id: string | undefined, headers = {}) => {
    const named = id === undefined ? {} : { 'x-ms-invocation-id': id };
    const out = request(new URL('hook', server.url), {
      ...{ method: 'POST', headers: { ...named, ...headers } },
    });
    out.on('error', () => undefined).flushHeaders();
    return out;
  };
  return { server, begin };
}

async function readAnswer(out: ReturnType<typeof request>) {
  const [answer] = (await once(out, 'response')) as [IncomingMessage];
  const text = (await answer.toArray()).join('');
  return { status: answer.statusCode, text };
}

const limit = (maxBytes: number) => (bytes: number) => {
  if (bytes > maxBytes) throw new RejectedError('body_too_large', `more than ${maxBytes}`);
};

describe('a forwarded request', () => {
  it('and its invocation find each other, whichever comes first', async () => {
    const { server, begin } = await createScene();
    const claimed = server.claim('one');
    begin('one').end('a');
    expect((await claimed).req.url).toBe('/hook');
    const early = begin('two');
    const { req, res } = await server.claim('two');
    sendAnswer({ req, res }, { status: 202, headers: { 'x-a': 'b' }, body: 'ü' });
    early.end();
    expect(await readAnswer(early)).toEqual({ status: 202, text: 'ü' });
  });

  it('whose invocation does not come is answered, and so is one without', async () => {
    const { server, begin } = await createScene(20);
    const out = begin('of the sender');
    expect(await readAnswer(out)).toEqual({ status: 503, text: 'request_lost' });
    expect(await readAnswer(begin(undefined))).toEqual({ status: 503, text: 'request_lost' });
    await expect(server.claim('of the sender')).rejects.toMatchObject({ code: 'request_lost' });
  });
});

describe('the body of a forwarded request', () => {
  async function receive(headers: object, options: Partial<ReceiveOptions> = {}) {
    const { server, begin } = await createScene();
    const out = begin('id', headers);
    const exchange = await server.claim('id');
    const budget = new BodyBudget(1000);
    const body = receiveBody(exchange, { budget, check: limit(100), ...options });
    body.catch(() => undefined);
    return { out, exchange, budget, body };
  }

  it('comes exactly as it was sent, and counts until it is answered', async () => {
    const { out, body, exchange, budget } = await receive({});
    out.write(Buffer.from([0, 255]));
    out.end(Buffer.from([13, 10]));
    expect(await body).toEqual(Buffer.from([0, 255, 13, 10]));
    expect(budget.bytes).toBe(4);
    sendAnswer(exchange, { status: 204, headers: {}, body: '' });
    expect(await readAnswer(out)).toEqual({ status: 204, text: '' });
    await expect.poll(() => budget.bytes).toBe(0);
  });

  it('is refused by what it announces, before it comes', async () => {
    const { body } = await receive({ 'content-length': 101 });
    await expect(body).rejects.toMatchObject({ code: 'body_too_large' });
  });

  it('in chunks is refused with the first byte too many, and never kept', async () => {
    const { out, body, budget } = await receive({});
    out.write(Buffer.alloc(100));
    await expect.poll(() => budget.bytes).toBe(100);
    out.write(Buffer.alloc(1));
    await expect(body).rejects.toMatchObject({ code: 'body_too_large' });
    expect(budget.bytes).toBe(0);
  });

  it('is refused where others fill the memory', async () => {
    const budget = new BodyBudget(50);
    budget.take(20);
    const { out, body } = await receive({}, { budget });
    out.write(Buffer.alloc(31));
    await expect(body).rejects.toMatchObject({ code: 'bodies_full' });
    expect(budget.bytes).toBe(20);
  });

  it('that takes too long is refused', async () => {
    const { out, body } = await receive({}, { patienceMs: 20 });
    out.write('a');
    await expect(body).rejects.toMatchObject({ code: 'body_late', status: 408 });
  });

  it('that breaks off is nobody to answer, and gives its memory back', async () => {
    const { out, body, budget } = await receive({});
    out.write('a');
    await expect.poll(() => budget.bytes).toBe(1);
    out.destroy();
    await expect(body).rejects.toMatchObject({ name: 'AbortedError' });
    await expect.poll(() => budget.bytes).toBe(0);
  });
});
