import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createTestApp } from '../../../shared/heddle/testing/index.ts';

const ALL = 'infra/examples/all-sources.yaml';

const EXAMPLES = [
  ['github', 'issues.opened'],
  ['acme', 'push'],
  ['slack', 'message'],
  ['slack', 'slash_command'],
  ['slack', 'block_actions'],
  ['stripe', 'charge.refunded'],
  ['pagerduty', 'incident.triggered'],
  ['grafana', 'alert.firing'],
  ['cloudwatch', 'alarm.ALARM'],
  ['eventgrid', 'Microsoft.Storage.BlobCreated'],
  ['webpubsub', 'user.message'],
  ['standardwebhooks', 'contact.created'],
  ['cloudevents', 'com.example.order.created'],
  ['mcp', 'incident.created'],
] as const;

describe('a delivery', () => {
  it.each(EXAMPLES)('of %s %s is signed, verified and run', async (source, type) => {
    await using app = await createTestApp({ triggers: ALL, now: '2030-05-01T12:00:00Z' });
    const { status, events, runs } = await app.deliver(source, type);
    expect(status).toBeLessThan(300);
    expect(events).toMatchObject([
      { source, verified: true, receivedAt: '2030-05-01T12:00:00.000Z' },
    ]);
    expect(runs).toMatchObject([{ trigger: source, status: 'succeeded' }]);
  });

  it.each(EXAMPLES)(
    'of %s %s is refused where it is signed with another secret',
    async (...given) => {
      await using app = await createTestApp({ triggers: ALL });
      await using other = await createTestApp({ triggers: ALL, settings: OTHER });
      const { status, events, body } = await other.deliver(app.sign(...given));
      expect(status, JSON.stringify(body)).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
      expect(events).toEqual([]);
    },
  );

  it('that was tampered with is answered 401, and leaves nothing', async () => {
    await using app = await createTestApp();
    const signed = app.sign('github', 'issues.opened');
    const forged = await app.deliver({ ...signed, body: `${signed.body} ` });
    expect(forged).toMatchObject({ status: 401, code: 'signature_invalid', events: [], runs: [] });
    expect(await app.events()).toEqual([]);
  });

  it('has a payload of the test, or the example with a change', async () => {
    await using app = await createTestApp();
    const sender = { login: 'ada' };
    const given = await app.deliver('github', 'issues.opened', { sender });
    expect(given.events[0]).toMatchObject({ type: 'issues.opened', data: { sender } });
    const changed = await app.deliver('github', 'issues.opened', (issue: object) => ({
      ...{ ...issue, sender },
    }));
    expect(changed.events[0]?.data).toMatchObject({ sender, issue: { number: 1 } });
  });

  it('that comes twice runs once', async () => {
    const triggers = [{ name: 'push', source: 'github', actor: 'log' }];
    await using app = await createTestApp({ triggers });
    const signed = app.sign('github', 'push');
    expect((await app.deliver(signed)).runs).toHaveLength(1);
    expect(await app.deliver(signed)).toMatchObject({ status: 202, events: [], runs: [] });
    await app.advance('1d');
    expect((await app.deliver(signed)).runs).toEqual([]);
    expect(await app.runs()).toHaveLength(1);
  });

  it('is refused for a source that is not there, with the one that was meant', async () => {
    await using app = await createTestApp({ triggers: ALL });
    expect(() => app.sign('gihub', 'push')).toThrow('Did you mean github?');
    expect(() => app.sign('github', 'pushed')).toThrow('GitHub has no example of "pushed"');
    const request = { path: 'webhooks/custom/nobody', headers: {}, body: '' };
    expect(await app.deliver(request)).toMatchObject({ status: 404, code: 'source_unknown' });
  });
});

const AUTHS = [
  { kind: 'hmac', header: 'X-Signature' },
  { kind: 'hmac', header: 'X-Sig', algorithm: 'sha512', encoding: 'base64', prefix: 'v1,' },
  { kind: 'hmac', header: 'X-Sig', timestampHeader: 'X-Time', template: '{timestamp}:{body}' },
  { kind: 'bearer' },
  { kind: 'basic', username: 'shop' },
  { kind: 'apiKey', in: 'header', name: 'X-Api-Key' },
  { kind: 'apiKey', in: 'query', name: 'key' },
] as const;

describe('a delivery to a source of the user', () => {
  it.each(AUTHS)('is authenticated by %o', async (auth) => {
    const orders = { kind: 'custom', secrets: ['ORDERS_SECRET'], auth, typeHeader: 'X-Type' };
    const triggers = { sources: { orders }, triggers: [] };
    await using app = await createTestApp({ triggers });
    const taken = await app.deliver('orders', 'order.paid', { total: 3 });
    expect(taken.events).toMatchObject([
      { source: 'orders', type: 'order.paid', data: { total: 3 }, verified: true },
    ]);
    const settings = { ORDERS_SECRET: 'another secret' };
    await using other = await createTestApp({ triggers, settings });
    expect((await other.deliver(app.sign('orders', 'order.paid'))).status).toBe(401);
  });

  it('is signed with the secret that the test gives', async () => {
    const auth = { kind: 'hmac', header: 'X-Signature' };
    const orders = { kind: 'custom', secrets: ['ORDERS_SECRET'], auth, idFrom: 'body-hash' };
    const settings = { ORDERS_SECRET: 'mine' };
    await using app = await createTestApp({ triggers: { sources: { orders } }, settings });
    const { headers, body } = app.sign('orders', 'received', { total: 3 });
    const expected = createHmac('sha256', 'mine').update(body).digest('hex');
    expect(headers['x-signature']).toBe(expected);
  });
});

const OTHER = Object.fromEntries(
  [
    ...['GITHUB_WEBHOOK_SECRET', 'GITHUB_WEBHOOK_SECRET_2', 'ACME_WEBHOOK_SECRET'],
    ...['SLACK_SIGNING_SECRET', 'SLACK_SIGNING_SECRET_2', 'STRIPE_WEBHOOK_SECRET'],
    ...['STRIPE_WEBHOOK_SECRET_2', 'PAGERDUTY_WEBHOOK_SECRET', 'PAGERDUTY_WEBHOOK_SECRET_2'],
    ...['GRAFANA_WEBHOOK_SECRET', 'GRAFANA_WEBHOOK_SECRET_2', 'CLOUDWATCH_RAW_TOKEN'],
    ...['EVENTGRID_WEBHOOK_SECRET', 'EVENTGRID_WEBHOOK_SECRET_2', 'WEBPUBSUB_ACCESS_KEY'],
    ...['STANDARD_WEBHOOK_SECRET', 'STANDARD_WEBHOOK_SECRET_2', 'MCP_WEBHOOK_SECRET'],
    ...['CLOUDEVENTS_WEBHOOK_SECRET', 'CLOUDEVENTS_WEBHOOK_SECRET_2'],
  ].map((name) => [name, `whsec_${Buffer.alloc(32, 7).toString('base64')}`]),
);
