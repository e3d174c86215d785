import { createHmac, timingSafeEqual } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { createRuntime } from '../../../shared/heddle/actors/create-runtime.ts';
import type {
  EndpointAuth,
  VerifySignature,
  WebhookEndpoint,
} from '../../../shared/heddle/actors/webhook-endpoint.ts';
import { ConfigError } from '../../../shared/heddle/errors/errors.ts';
import { createCodeWorld, readCode } from '../../helpers/code-world.ts';
import {
  echoing,
  ORDER,
  orderRequest,
  SHOP_SECRET,
  shopSignature,
  signOrder,
} from '../../helpers/shop.ts';

/** Registers a webhook with an endpoint, and opens it. */
function createShop(auth: EndpointAuth, endpoint: Partial<WebhookEndpoint> = {}) {
  const runtime = createRuntime();
  runtime.registerTrigger({
    ...{ name: 'order.paid', type: 'webhook', actor: 'echo' },
    endpoint: { path: '/webhooks/shop', auth, ...endpoint },
  });
  return createCodeWorld(runtime, echoing);
}

const FORGED = { status: 401, code: 'signature_invalid' };

describe('an endpoint in code', () => {
  it('is received at its path, and runs the trigger', async () => {
    const world = await createShop(shopSignature);
    const reply = await world.post('shop', orderRequest({ 'x-signature': signOrder(ORDER) }));
    expect(reply.status).toBe(202);
    await world.drain();
    expect(await world.runs()).toMatchObject([
      { trigger: 'order.paid', source: 'custom-shop', eventType: 'received', status: 'succeeded' },
    ]);
    expect(await world.events()).toMatchObject([{ verified: true, data: JSON.parse(ORDER) }]);
  });

  it.each([
    ['/webhooks/shop', 'shop'],
    ['/webhooks/custom/shop', 'shop'],
    ['/shop/', 'shop'],
    ['/hooks/Shop/orders', 'hooks-shop-orders'],
  ])('has the path %s at /webhooks/custom/%s', async (path, route) => {
    const world = await createShop(shopSignature, { path });
    const { status } = await world.post(route, orderRequest({ 'x-signature': signOrder(ORDER) }));
    expect(status).toBe(202);
  });

  it('has nothing to do with the sender that the product knows by the name of its path', async () => {
    const runtime = createRuntime();
    runtime.registerTrigger({
      ...{ name: 'mine', type: 'webhook', actor: 'echo' },
      endpoint: { path: '/webhooks/stripe', auth: shopSignature },
    });
    const { sources } = await readCode(runtime, ['echo']);
    const kinds = sources.map(({ name, kind }) => [name, kind.kind]);
    expect(kinds).toEqual(
      expect.arrayContaining([
        ['stripe', 'stripe'],
        ['custom-stripe', 'custom'],
      ]),
    );
  });

  it('takes the method that it names, and no other', async () => {
    const world = await createShop(shopSignature, { method: 'POST' });
    const request = orderRequest({ 'x-signature': signOrder(ORDER) });
    await expect(world.post('shop', { ...request, method: 'PUT' })).rejects.toMatchObject({
      ...{ status: 405, code: 'method_not_allowed' },
    });
    expect(await world.post('shop', request)).toMatchObject({ status: 202 });
  });

  it('finds the id and the type of events where it says', async () => {
    const world = await createShop(shopSignature, { idPath: 'order', typeHeader: 'x-type' });
    const request = orderRequest({ 'x-signature': signOrder(ORDER), 'x-type': 'order.paid' });
    const replies = [await world.post('shop', request), await world.post('shop', request)];
    expect(replies.map((reply) => reply.json)).toEqual([{ id: 'A-7' }, { id: 'A-7' }]);
    await world.drain();
    expect(await world.events()).toMatchObject([{ eventId: 'A-7', type: 'order.paid' }]);
    expect(await world.runs()).toHaveLength(1);
  });

  it('is shared by triggers that say the same about it', async () => {
    const runtime = createRuntime();
    const endpoint = { path: '/shop', auth: shopSignature };
    const type = 'webhook' as const;
    runtime.registerTrigger({ name: 'one', type, endpoint, actor: 'echo' });
    runtime.registerTrigger({ name: 'two', type, endpoint, actor: 'echo' });
    const world = await createCodeWorld(runtime, echoing);
    await world.post('shop', orderRequest({ 'x-signature': signOrder(ORDER) }));
    await world.drain();
    expect((await world.runs()).map(({ trigger }) => trigger).sort()).toEqual(['one', 'two']);
    const other = createRuntime();
    other.registerTrigger({ name: 'one', type, endpoint, actor: 'echo' });
    const auth = { ...shopSignature, secret: 'another' };
    other.registerTrigger({ name: 'two', type, endpoint: { ...endpoint, auth }, actor: 'echo' });
    const { faults } = await readCode(other, ['echo']);
    expect(faults).toEqual([
      expect.stringContaining('code [two] endpoint: the trigger "one" has the same path'),
    ]);
    expect(faults.join()).not.toContain('another"');
  });

  it.each([
    ['its name', { 'custom-shop': { kind: 'custom', auth: { kind: 'custom' } } }],
    ['its route', { shop: { kind: 'custom', auth: { kind: 'custom' } } }],
  ])('is a fault where the file has a source of %s', async (_, sources) => {
    const runtime = createRuntime();
    runtime.registerTrigger({
      ...{ name: 'one', type: 'webhook', actor: 'echo' },
      endpoint: { path: '/shop', auth: shopSignature },
    });
    const { faults } = await readCode(runtime, ['echo'], { sources });
    expect(faults).toEqual([expect.stringContaining('it is that of the source')]);
  });
});

describe('senders of an endpoint in code', () => {
  const basic = `Basic ${Buffer.from(`ada:${SHOP_SECRET}`).toString('base64')}`;
  const wrong = `Basic ${Buffer.from('ada:wrong').toString('base64')}`;
  it.each<[string, EndpointAuth, Record<string, string>, Record<string, string>]>([
    [
      'signature',
      shopSignature,
      { 'x-signature': signOrder(ORDER) },
      { 'x-signature': signOrder(ORDER, 'x') },
    ],
    [
      'signature with a prefix',
      { ...shopSignature, prefix: 'sha256=' },
      { 'x-signature': `sha256=${signOrder(ORDER)}` },
      { 'x-signature': signOrder(ORDER) },
    ],
    [
      'bearer',
      { type: 'bearer', secret: SHOP_SECRET },
      { authorization: `Bearer ${SHOP_SECRET}` },
      { authorization: 'Bearer x' },
    ],
    [
      'apiKey',
      { type: 'apiKey', secret: SHOP_SECRET, header: 'x-key' },
      { 'x-key': SHOP_SECRET },
      { 'x-key': 'x' },
    ],
    [
      'basic',
      { type: 'basic', secret: SHOP_SECRET, username: 'ada' },
      { authorization: basic },
      { authorization: wrong },
    ],
  ])('prove who they are by %s', async (_, auth, genuine, forged) => {
    const world = await createShop(auth);
    expect(await world.post('shop', orderRequest(genuine))).toMatchObject({ status: 202 });
    await expect(world.post('shop', orderRequest(forged))).rejects.toMatchObject(FORGED);
    await expect(world.post('shop', orderRequest())).rejects.toMatchObject(FORGED);
  });

  it('prove who they are by a key in the query', async () => {
    const world = await createShop({ type: 'apiKey', secret: SHOP_SECRET, query: 'key' });
    const path = `/?key=${encodeURIComponent(SHOP_SECRET)}`;
    expect(await world.post('shop', { ...orderRequest(), path })).toMatchObject({ status: 202 });
    await expect(world.post('shop', { ...orderRequest(), path: '/?key=x' })).rejects.toMatchObject(
      FORGED,
    );
  });

  it.each(['ip', 'ipWhitelist', 'ipAllowList'] as const)(
    'are at an address, with %s',
    async (type) => {
      const world = await createShop({ type, allow: ['203.0.113.0/24'] });
      const from = (address: string) =>
        world.post('shop', orderRequest({ 'x-forwarded-for': address }));
      expect(await from('203.0.113.7')).toMatchObject({ status: 202 });
      await expect(from('198.51.100.1')).rejects.toMatchObject({ status: 403 });
    },
  );

  it('are verified by a function, over the bytes that they sent', async () => {
    const verify = vi.fn<VerifySignature>((payload, given, secret) => {
      const expected = createHmac('sha256', secret).update(payload).digest();
      const presented = Buffer.from(given, 'hex');
      return presented.length === expected.length && timingSafeEqual(presented, expected);
    });
    const world = await createShop({ ...shopSignature, verify });
    const body = `${ORDER}  \n`;
    expect(
      await world.post('shop', orderRequest({ 'x-signature': signOrder(body) }, body)),
    ).toMatchObject({
      status: 202,
    });
    expect(verify.mock.calls[0]?.slice(0, 3)).toEqual([
      Buffer.from(body),
      signOrder(body),
      SHOP_SECRET,
    ]);
    await expect(
      world.post('shop', orderRequest({ 'x-signature': signOrder(body) })),
    ).rejects.toMatchObject(FORGED);
    verify.mockClear();
    await expect(world.post('shop', orderRequest())).rejects.toMatchObject(FORGED);
    expect(verify).not.toHaveBeenCalled();
  });

  it.each<[string, VerifySignature]>([
    ['is false', () => false],
    ['is false later', async () => false],
    ['is something else', (() => 'yes') as unknown as VerifySignature],
    [
      'is thrown',
      () => {
        throw new Error('a secret in the text');
      },
    ],
    ['is rejected', () => Promise.reject(new Error('a secret in the text'))],
  ])('are refused where the answer of the function %s', async (_, verify) => {
    const world = await createShop({ type: 'custom', verify });
    const refused = await world.post('shop', orderRequest()).catch((error: unknown) => error);
    expect(refused).toMatchObject(FORGED);
    expect(String(refused)).not.toContain('a secret');
    const open = await createShop({ type: 'custom', verify: async () => true });
    expect(await open.post('shop', orderRequest())).toMatchObject({ status: 202 });
  });

  it.each<[string, EndpointAuth]>([
    ['undefined', { ...shopSignature, secret: undefined }],
    ['blank', { ...shopSignature, secret: ' ' }],
    ['undefined, with a function', { ...shopSignature, secret: undefined, verify: () => true }],
    ['blank, with a function alone', { type: 'custom', secret: '', verify: () => true }],
    ['undefined, of a bearer', { type: 'bearer', secret: undefined }],
  ])('are all refused while the secret is %s, which is said at the start', async (_, auth) => {
    const world = await createShop(auth);
    expect(world.warnings).toEqual([
      'code [order.paid] endpoint.auth.secret is not set: every request is refused until it is',
    ]);
    const headers = { 'x-signature': signOrder(ORDER, ''), authorization: 'Bearer ' };
    const refused = await world
      .post('shop', orderRequest(headers))
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ConfigError);
    expect(String(refused)).toContain('set endpoint.shop.secret');
    expect(await world.queue.depth()).toBe(0);
  });
});
