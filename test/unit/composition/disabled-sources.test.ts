import { describe, expect, it } from 'vitest';
import { createRuntime } from '../../../shared/heddle/actors/create-runtime.ts';
import { createTestApp } from '../../../shared/heddle/testing/create-test-app.ts';
import { createCodeWorld } from '../../helpers/code-world.ts';
import { createHealthScene } from '../../helpers/health-scene.ts';
import { echoing, orderRequest, shopSignature } from '../../helpers/shop.ts';

const custom = {
  kind: 'custom',
  auth: { kind: 'bearer' },
  idFrom: 'body-hash',
  secrets: ['SHOP_SECRET'],
};

/** Sends something that no source would take for genuine. */
async function send(app: Awaited<ReturnType<typeof createHealthScene>>['app'], name: string) {
  const request = { method: 'POST', headers: new Headers(), query: new URLSearchParams() };
  return app.receive('custom', name, {
    ...{ ...request, body: Buffer.from('{}'), receivedAt: 0, traceparent: undefined },
  });
}

describe('a source with enabled: false', () => {
  it.each([
    [{}, 404, 'source_disabled'],
    [{ disabledStatus: 404 }, 404, 'source_disabled'],
    [{ disabledStatus: 410 }, 410, 'source_gone'],
  ])('with %j answers %i, and verifies nothing', async (more, status, code) => {
    const { app, queue } = await createHealthScene({
      sources: { shop: { ...custom, enabled: false, ...more } },
    });
    await expect(send(app, 'shop')).rejects.toMatchObject({ status, code });
    const check = () => app.checkWebhook('custom', 'shop', { headers: new Headers() });
    expect(check).toThrow(expect.objectContaining({ status, code }));
    expect(await queue.depth()).toBe(0);
  });

  it('is said by /health with its triggers, which is no worse for it', async () => {
    const { health, app } = await createHealthScene({
      sources: { shop: { ...custom, enabled: false }, other: { ...custom, enabled: true } },
    });
    await send(app, 'shop').catch(() => undefined);
    const { status, reasons, sources } = await health();
    expect(sources).toContainEqual({
      ...{ name: 'shop', kind: 'custom', state: 'disabled', triggers: ['shop'] },
    });
    expect(sources).toContainEqual(expect.objectContaining({ name: 'other', state: 'refusing' }));
    expect(status).toBe('degraded');
    expect(reasons.join()).not.toContain('shop');
  });

  it('is said by the list of sources and by the log of the start', async () => {
    await using test = await createTestApp({
      triggers: {
        sources: { shop: { ...custom, enabled: false, disabledStatus: 410 } },
        triggers: [{ name: 'orders', source: 'shop', actor: 'log' }],
      },
    });
    const { items } = await test.app.call('api-sources');
    expect(items.find(({ name }) => name === 'shop')).toMatchObject({ enabled: false });
    expect(items.find(({ name }) => name === 'github')).not.toHaveProperty('enabled');
    expect(test.logs.map(({ message }) => message)).toContain(
      'source shop is disabled: its deliveries are answered 410, and it has orders',
    );
  });

  it('is said where a trigger of it is explained', async () => {
    await using test = await createTestApp({
      triggers: {
        sources: { shop: { ...custom, enabled: false } },
        triggers: [{ name: 'orders', source: 'shop', actor: 'log' }],
      },
    });
    const asked = { params: { name: 'orders' }, query: new URLSearchParams({ type: 'paid' }) };
    expect(await test.app.call('api-trigger-explain', asked)).toMatchObject({
      ...{ outcome: 'unmatched', clause: 'source.enabled', present: 'its source is disabled' },
      text: 'no, as it is now: source.enabled expected true, found false',
    });
  });

  it('may be an endpoint in code', async () => {
    const runtime = createRuntime();
    runtime.registerTrigger({
      ...{ name: 'order.paid', type: 'webhook', actor: 'echo' },
      endpoint: { path: '/shop', auth: shopSignature, enabled: false, disabledStatus: 410 },
    });
    const { post } = await createCodeWorld(runtime, echoing);
    await expect(post('shop', orderRequest({}, '{}'))).rejects.toMatchObject({ status: 410 });
  });

  it('is taken back by enabled: true', async () => {
    const { app } = await createHealthScene({
      env: { SHOP_SECRET: 'x'.repeat(32) },
      sources: { shop: { ...custom, enabled: true } },
    });
    await expect(send(app, 'shop')).rejects.toMatchObject({ status: 401 });
  });
});
