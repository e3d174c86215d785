import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGrafanaSample } from '../../../shared/heddle/cli/samples/grafana.ts';
import { toEventView } from '../../../shared/heddle/domain/event.ts';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { grafana } from '../../../shared/heddle/sources/grafana/grafana.ts';
import {
  createRequest,
  createSourceOf,
  describeVectors,
  readVectors,
  type SourceParts,
  takeIn,
  toVectorRequest,
  type VectorCase,
} from '../../helpers/sources.ts';

const SECRET = 'grafana-hmac-secret';
const NOW = 1_796_083_200_000;

const toSource = ({ secrets, config = {} }: VectorCase) => {
  const { toleranceSec, ...rest } = config;
  const tolerance = toleranceSec === undefined ? {} : { toleranceSeconds: toleranceSec };
  return createSourceOf(grafana, { secrets, settings: { ...rest, ...tolerance } });
};

describeVectors('grafana.json', toSource);

describe('the vectors', () => {
  it.each(readVectors('grafana.json').filter(({ expected }) => expected))(
    '$id has the expected event',
    async (one) => {
      const { eventType, normalized = {} } = one.expected ?? {};
      const event = await takeEvent(one);
      if (eventType) expect(`grafana.${event.type}`).toBe(eventType);
      for (const [name, value] of Object.entries(normalized)) {
        expect(event.fields[name] ?? null).toEqual(value);
      }
    },
  );
});

async function takeEvent(one: VectorCase) {
  const { messages } = await takeIn(toSource(one), toVectorRequest(one));
  return toEvent(messages);
}

function toEvent(messages: Awaited<ReturnType<typeof takeIn>>['messages']) {
  const [message] = messages;
  if (message?.kind !== 'event') throw new Error('ingest sends events');
  return message.event;
}

interface Sent {
  readonly headers?: Readonly<Record<string, string>>;
  readonly parts?: SourceParts;
}

/** Signs any body, as a contact point with the secret could. */
function send(body: string | Buffer, { headers = {}, parts = {} }: Sent = {}) {
  const signature = createHmac('sha256', SECRET).update(body).digest('hex');
  const all = { 'x-grafana-alerting-signature': signature, ...headers };
  const source = createSourceOf(grafana, { secrets: [SECRET], ...parts });
  return takeIn(source, createRequest({ headers: all, body, receivedAt: NOW }));
}

const ALERT = { status: 'firing', fingerprint: 'f1', startsAt: '2026-12-01T00:00:00Z' };
const PAYLOAD = {
  receiver: 'ops',
  status: 'firing',
  alerts: [ALERT, { ...ALERT, fingerprint: 'f2', startsAt: '2026-12-01T00:02:00+01:00' }],
  groupLabels: {},
  commonLabels: { alertname: 'HighCpu', severity: 'critical' },
  commonAnnotations: {},
  groupKey: '{}:{}',
  truncatedAlerts: 0,
  title: 'High CPU',
};

const takePayload = async (payload: object) =>
  toEvent((await send(JSON.stringify(payload))).messages);

describe('a notification', () => {
  it('has the labels that triggers name, the rule as its subject and its time', async () => {
    const event = await takePayload(PAYLOAD);
    expect(event).toMatchObject({ type: 'alert.firing', subject: 'HighCpu' });
    expect(event.time).toBe('2026-12-01T00:00:00.000Z');
    expect(event.fields).toMatchObject({ alerts: 2, receiver: 'ops', title: 'High CPU' });
    expect(toEventView(event)).toMatchObject({ labels: { severity: 'critical' } });
  });

  it('has a field for nothing that it lacks', async () => {
    const event = await takePayload({ status: null, commonLabels: 'x', alerts: {} });
    expect(event).toMatchObject({ type: 'alert', fields: {} });
    expect(event).not.toHaveProperty('subject');
  });

  it.each([
    ['resolved', 'alert.resolved'],
    ['pending', 'alert'],
    [7, 'alert'],
  ])('of status %j is %s', async (status, type) => {
    expect(await takePayload({ ...PAYLOAD, status })).toMatchObject({ type });
  });

  it('is a duplicate when it is repeated, in whatever order its alerts come', async () => {
    const { id } = await takePayload(PAYLOAD);
    const reversed = { ...PAYLOAD, message: 'again', alerts: PAYLOAD.alerts.toReversed() };
    expect((await takePayload(reversed)).id).toBe(id);
  });

  it.each([
    ['group', { groupKey: '{}:{a="b"}' }],
    ['status', { status: 'resolved' }],
    ['alerts', { alerts: [ALERT] }],
    ['beginning', { alerts: [ALERT, { ...PAYLOAD.alerts[1], startsAt: '2026-12-02T00:00:00Z' }] }],
    ['end', { alerts: [ALERT, { ...PAYLOAD.alerts[1], endsAt: '2026-12-02T00:00:00Z' }] }],
  ])('with another %s is another event', async (_, change) => {
    const { id } = await takePayload(PAYLOAD);
    expect((await takePayload({ ...PAYLOAD, ...change })).id).not.toBe(id);
  });

  it('that does not say which alerts it is about is another event each time', async () => {
    for (const payload of [
      { foo: 'bar' },
      { ...PAYLOAD, alerts: [] },
      { ...PAYLOAD, alerts: [{}] },
    ]) {
      const [first, second] = [await takePayload(payload), await takePayload(payload)];
      expect(first.id).not.toBe(second.id);
    }
  });

  it('of a template that makes a list is kept as a value', async () => {
    expect((await takePayload([1, 2])).data).toEqual({ value: [1, 2] });
  });
});

describe('authentication', () => {
  it('with a timestamp header refuses what is signed without one', async () => {
    const settings = { timestampHeader: 'X-Time' };
    const parts = { secrets: [SECRET], settings };
    expect((await send('{}', { parts })).status).toBe(401);
    const stamp = String(NOW / 1000);
    expect((await send('{}', { parts, headers: { 'x-time': stamp } })).status).toBe(401);
    const signed = createHmac('sha256', SECRET).update(`${stamp}:{}`).digest('hex');
    const headers = { 'x-time': stamp, 'x-grafana-alerting-signature': signed };
    expect((await send('{}', { parts, headers })).status).toBe(202);
    expect((await send('{}', { headers })).status).toBe(401);
  });

  it('takes the signature from a renamed header alone', async () => {
    const parts = { secrets: [SECRET], settings: { header: 'X-Mine' } };
    expect((await send('{}', { parts })).status).toBe(401);
    const signature = createHmac('sha256', SECRET).update('{}').digest('hex');
    expect((await send('{}', { parts, headers: { 'x-mine': signature } })).status).toBe(202);
  });

  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
  it.each([
    [{ auth: 'bearer' }, 'bearer tok', 202],
    [{ auth: 'bearer' }, 'Bearer tok2', 401],
    [{ auth: 'bearer' }, 'tok', 401],
    [{ auth: 'bearer' }, 'Bearer', 401],
    [{ auth: 'bearer', scheme: 'Token' }, 'Token tok', 202],
    [{ auth: 'bearer', scheme: 'Token' }, 'Bearer tok', 401],
    [{ auth: 'basic', username: 'u' }, basic('u:tok'), 202],
    [{ auth: 'basic', username: 'u' }, basic('u:wrong'), 401],
    [{ auth: 'basic', username: 'u' }, basic('v:tok'), 401],
    [{ auth: 'basic', username: 'u' }, basic('u'), 401],
    [{ auth: 'basic', username: 'u' }, basic('u:'), 401],
    [{ auth: 'basic', username: 'u' }, basic('u:tok').replace(/=+$/, ''), 401],
  ])('%j answers %j with %d', async (settings, authorization, status) => {
    const parts = { secrets: ['tok', ' '], settings };
    expect((await send('{}', { parts, headers: { authorization } })).status).toBe(status);
  });

  it.each([{}, { auth: 'bearer' }, { auth: 'basic', username: 'u' }])(
    '%j takes either of two secrets, and none that is blank',
    async (settings) => {
      const headersOf = (secret: string) => ({
        'x-grafana-alerting-signature': createHmac('sha256', secret || ' ')
          .update('{}')
          .digest('hex'),
        authorization: 'username' in settings ? basic(`u:${secret}`) : `Bearer ${secret}`,
      });
      const statusOf = async (secrets: readonly string[], secret: string) =>
        (await send('{}', { parts: { secrets, settings }, headers: headersOf(secret) })).status;
      expect(await statusOf(['one', 'two'], 'one')).toBe(202);
      expect(await statusOf(['one', 'two'], 'two')).toBe(202);
      expect(await statusOf(['one', 'two'], 'three')).toBe(401);
      expect(await statusOf(['one', ' '], '')).toBe(401);
      expect(await statusOf([' ', ''], '')).toBe(500);
    },
  );

  it('of kind basic takes bytes that are no text for no password', async () => {
    const authorization = `Basic ${Buffer.from([0x75, 0x3a, 0xff]).toString('base64')}`;
    const parts = { secrets: ['\ufffd'], settings: { auth: 'basic', username: 'u' } };
    expect((await send('{}', { parts, headers: { authorization } })).status).toBe(401);
  });

  it('of kind basic needs a user name, which has no colon', () => {
    expect(grafana.settings.safeParse({ auth: 'basic' }).success).toBe(false);
    expect(grafana.settings.safeParse({ auth: 'basic', username: 'a:b' }).success).toBe(false);
  });
});

describe('any input', () => {
  it('changed after signing is refused', async () => {
    const body = JSON.stringify(PAYLOAD);
    const signature = createHmac('sha256', SECRET).update(body).digest('hex');
    const change = fc.tuple(fc.nat(body.length - 1), fc.string({ minLength: 1, maxLength: 3 }));
    await fc.assert(
      fc.asyncProperty(change, fc.boolean(), async ([at, added], onBody) => {
        const insert = (text: string) => text.slice(0, at) + added + text.slice(at);
        const headers = { 'x-grafana-alerting-signature': onBody ? signature : insert(signature) };
        const { status } = await send(onBody ? insert(body) : body, { headers });
        expect(status).toBe(401);
      }),
      { numRuns: 2000 },
    );
  });

  it('that is signed is taken or answered 400', async () => {
    const odd = fc.oneof(
      fc.jsonValue(),
      fc.constant(null),
      fc.constant('9999-12-31T23:59:59-23:00'),
    );
    const keys = fc.constantFrom(...Object.keys(PAYLOAD), '__proto__');
    const alert = fc.dictionary(
      fc.constantFrom('status', 'startsAt', 'endsAt', 'fingerprint'),
      odd,
    );
    const changed = fc
      .tuple(fc.dictionary(keys, odd), fc.array(fc.oneof(alert, odd), { maxLength: 3 }))
      .map(([change, alerts]) => JSON.stringify({ ...PAYLOAD, alerts, ...change }));
    const deep = fc.nat(400).map((depth) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`);
    const noise = fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes));
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(fc.oneof(changed, deep, fc.json(), noise), async (body) => {
        const { status, messages } = await send(body);
        expect([202, 400]).toContain(status);
        taken += messages.length;
      }),
      { numRuns: 2000 },
    );
    expect(taken).toBeGreaterThan(500);
  });

  it('that is not signed is answered 401', async () => {
    const headers = fc.dictionary(
      fc.constantFrom('x-grafana-alerting-signature', 'authorization', 'content-type'),
      fc.string(),
    );
    await fc.assert(
      fc.asyncProperty(headers, fc.uint8Array(), async (given, bytes) => {
        const headersOnly = { 'x-grafana-alerting-signature': '', ...given };
        expect((await send(Buffer.from(bytes), { headers: headersOnly })).status).toBe(401);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('the example deliveries', () => {
  it.each(['alert.firing', 'alert.resolved'])(
    'of %s are taken, each as another event',
    async (type) => {
      const next = createGrafanaSample(type, () => SECRET);
      const ids = new Set<string>();
      for (const { headers, body } of [next(), next()]) {
        const source = createSourceOf(grafana, { secrets: [SECRET] });
        const event = toEvent((await takeIn(source, createRequest({ headers, body }))).messages);
        expect(event).toMatchObject({
          type,
          fields: { labels: { severity: 'critical' } } satisfies JsonObject,
        });
        ids.add(event.id);
      }
      expect(ids.size).toBe(2);
    },
  );

  it('of another type are none', () => {
    expect(() => createGrafanaSample('x', () => SECRET)).toThrow('Known types: alert.firing');
  });
});
