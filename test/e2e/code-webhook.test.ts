import { createHmac } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TriggerDetail } from '../../shared/heddle/api/triggers.ts';
import { HeddleHost, prepareHeddle } from '../helpers/heddle-host.ts';

const app = fileURLToPath(new URL('../fixtures/code-app', import.meta.url));
const SECRET = 'a secret that is long enough';

let host: HeddleHost;
beforeAll(async () => {
  const prepared = prepareHeddle({ env: { SHOP_SECRET: SECRET } });
  host = await HeddleHost.start({ ...prepared, app });
});
afterAll(() => host.process.stop());

interface Reply {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly json: Readonly<Record<string, string>>;
}

async function post(
  route: string,
  payload: object,
  toHeaders: (body: string) => Readonly<Record<string, string>>,
): Promise<Reply> {
  const body = JSON.stringify(payload);
  const response = await fetch(`${host.process.url}/webhooks/custom/${route}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...toHeaders(body) },
    body,
  });
  const json = (await response.json()) as Reply['json'];
  return { status: response.status, retryAfter: response.headers.get('retry-after'), json };
}

const signed = (secret: string) => (body: string) => ({
  'x-signature': createHmac('sha256', secret).update(body).digest('hex'),
});
const bearer = () => ({ authorization: `Bearer ${SECRET}` });

async function execute(trigger: string, data: object) {
  const response = await fetch(`${host.process.url}/api/v1/triggers/${trigger}/execute`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(data),
  });
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
}

describe('a trigger in code that is executed', () => {
  it('runs what subscribes to it', async () => {
    const { status, json } = await execute('order.again', { order: 'A-8', euros: 3 });
    expect(status).toBe(202);
    expect(json.runIds).toEqual([json.runId]);
    await host.drained();
    expect(await host.runs('trigger=ship.order.again&limit=10')).toMatchObject([
      { id: json.runId, output: { shipped: 'A-8', euros: 3 } },
    ]);
  });

  it('runs a subscription in mode: manual, with a payload as its sender writes it', async () => {
    const { status, json } = await execute('by-hand.order.paid', { order: 'A-9', cents: 400 });
    expect(status).toBe(202);
    await host.drained();
    expect(await host.runs('trigger=by-hand.order.paid&limit=10')).toMatchObject([
      { id: json.runId, source: 'manual', output: { shipped: 'A-9', euros: 4 } },
    ]);
    expect(await execute('limited', {})).toMatchObject({
      ...{ status: 409, json: { code: 'trigger_not_manual' } },
    });
  });
});

describe('a webhook in code', () => {
  it('runs what subscribes to it where the sender has signed', async () => {
    const { status, json } = await post('shop', { order: 'A-7', cents: 1250 }, signed(SECRET));
    expect(status).toBe(202);
    await host.drained();
    const runs = await host.runs('trigger=ship.order.paid&limit=10');
    expect(runs).toMatchObject([
      { eventId: json.id, status: 'succeeded', output: { shipped: 'A-7', euros: 12.5 } },
    ]);
  });

  it('is refused where it is forged, and nothing of it is kept', async () => {
    const before = await host.events();
    const forged = await post('shop', { order: 'A-7', cents: 1 }, signed('another'));
    expect(forged).toMatchObject({ status: 401, json: { code: 'signature_invalid' } });
    expect(await host.events()).toHaveLength(before.length);
  });

  it('is accepted where it does not fit the schema, which is what the decision says', async () => {
    const { status, json } = await post('shop', { order: 7 }, signed(SECRET));
    expect(status).toBe(202);
    await host.drained();
    const { decisions } = await host.event(json.id ?? '');
    expect(decisions).toMatchObject([
      { trigger: 'order.paid', clause: 'actor' },
      {
        ...{ trigger: 'ship.order.paid', outcome: 'unmatched', clause: 'schema' },
        expected: '"a payload that fits at: /order, /cents"',
      },
      { trigger: 'by-hand.order.paid', clause: 'schema' },
    ]);
  });

  it('is limited in windows of milliseconds', async () => {
    const replies: Reply[] = [];
    // A window may end meanwhile, and then two more are admitted.
    while (replies.length < 5) replies.push(await post('limited', {}, bearer));
    const refused = replies.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    for (const { retryAfter } of refused) expect(Number(retryAfter)).toBeLessThanOrEqual(3600);
  });

  it('refuses everybody while its secret is not set, and does not say why to them', async () => {
    const refused = await post('unset', {}, () => ({ authorization: 'Bearer ' }));
    expect(refused.status).toBe(500);
    expect(JSON.stringify(refused.json)).not.toContain('endpoint.');
  });

  it('is shown by the API, and so is what subscribes to it', async () => {
    const named = await host.get<TriggerDetail>('api/v1/triggers/order.paid');
    expect(named).toMatchObject({ actor: '(subscribers)', source: 'custom-shop' });
    const own = await host.get<TriggerDetail>('api/v1/triggers/ship.order.paid');
    expect(own).toMatchObject({ actor: 'ship', displayName: 'Order Paid' });
  });
});
