import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CliError } from '../../../shared/heddle/cli/cli-error.ts';
import { createEventGridSample } from '../../../shared/heddle/cli/samples/eventgrid.ts';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { ConfigError } from '../../../shared/heddle/errors/errors.ts';
import { eventgrid } from '../../../shared/heddle/sources/eventgrid/eventgrid.ts';
import type { Source } from '../../../shared/heddle/sources/source.ts';
import {
  createRequest,
  createSourceOf,
  describeVectors,
  readVectors,
  type Taken,
  takeIn,
  toVectorRequest,
  type VectorCase,
} from '../../helpers/sources.ts';

const SECRET = 'a secret that is long enough';
const CODE = `/?code=${encodeURIComponent(SECRET)}`;
const TOPIC = '/subscriptions/s1/resourceGroups/rg';
const ORIGIN = 'eventgrid.azure.net';
const VALIDATION = 'Microsoft.EventGrid.SubscriptionValidationEvent';
const DELETION = 'Microsoft.EventGrid.SubscriptionDeletedEvent';

function createForVector({ config, secrets }: VectorCase): Source {
  const { auth, allowedTopics, allowedSubscriptionNames } = config as {
    auth: { kind: 'query'; param: string };
    allowedTopics: string[];
    allowedSubscriptionNames: string[];
  };
  const settings = {
    auth: { kind: auth.kind, parameter: auth.param },
    topics: allowedTopics,
    subscriptionNames: allowedSubscriptionNames,
  };
  return createSourceOf(eventgrid, { settings, secrets });
}

describeVectors('eventgrid.json', createForVector);

function toEvents({ messages }: Taken) {
  return messages.map((message) => {
    if (message.kind !== 'event') throw new Error('ingest sends events');
    return message.event;
  });
}

describe('the accepted vectors of eventgrid.json', () => {
  const accepted = readVectors('eventgrid.json').filter(({ expect }) => expect === 'accept');

  it.each(accepted.map((one) => [one.id, one] as const))('%s is normalized', async (_, one) => {
    const [event] = toEvents(await takeIn(createForVector(one), toVectorRequest(one)));
    const type = `eventgrid.${event?.type}`;
    const { eventType = type, dedupeId = event?.id, normalized = {} } = one.expected ?? {};
    expect({ type, id: event?.id }).toEqual({ type: eventType, id: dedupeId });
    expect(event?.fields).toMatchObject(normalized);
    expect(event?.time).toMatch(/^2026-12-01T00:00:00\.\d{3}Z$/);
  });
});

const createSource = (settings: JsonObject = {}, secrets: readonly string[] = [SECRET]) =>
  createSourceOf(eventgrid, { settings, secrets });

interface Sent {
  readonly source?: Source;
  readonly path?: string;
  readonly method?: string;
  readonly mediaType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function send(body: unknown, sent: Sent = {}): Promise<Taken> {
  const { source = createSource(), path = CODE, method = 'POST' } = sent;
  const headers = { 'content-type': sent.mediaType ?? 'application/json', ...sent.headers };
  const content = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  return takeIn(source, createRequest({ method, path, headers, body: content }));
}

const createEvent = (parts: object = {}) => ({
  id: '1',
  topic: TOPIC,
  subject: 'a',
  eventType: 'Example.Made',
  eventTime: '2026-12-01T00:00:00.9584103Z',
  data: {},
  ...parts,
});

const createCloudEvent = (parts: object = {}) => ({
  specversion: '1.0',
  id: '1',
  source: TOPIC,
  type: 'Example.Made',
  ...parts,
});

const SINGLE = 'application/cloudevents+json';

describe('the secret', () => {
  const toStatus = async (sent: Sent) => (await send([createEvent()], sent)).status;

  it('is one of two while one replaces the other', async () => {
    const source = createSource({}, ['first', 'second']);
    expect(await toStatus({ source, path: '/?code=first' })).toBe(202);
    expect(await toStatus({ source, path: '/?code=second' })).toBe(202);
    expect(await toStatus({ source, path: '/?code=third' })).toBe(401);
  });

  it.each(['', ' '])('is never blank (%j)', async (blank) => {
    const source = createSource({}, [blank]);
    const path = `/?code=${encodeURIComponent(blank)}`;
    const { status, error } = await send([createEvent()], { source, path });
    expect(status).toBe(500);
    expect(error).toBeInstanceOf(ConfigError);
    expect(await toStatus({ source: createSource({}, [SECRET, blank]), path })).toBe(401);
  });

  it.each(['/', '/?code=', '/?code=x', `/?Code=${SECRET}`, `${CODE}&code=x`, `/?code=x&${CODE}`])(
    'is not in %s',
    async (path) => {
      expect(await toStatus({ path })).toBe(401);
    },
  );

  it('comes in a header where the settings say so, and then not in the query', async () => {
    const source = createSource({ auth: { kind: 'header', name: 'X-Heddle-Key' } });
    expect(await toStatus({ source, path: '/', headers: { 'x-heddle-key': SECRET } })).toBe(202);
    expect(await toStatus({ source, path: '/', headers: { 'x-heddle-key': 'x' } })).toBe(401);
    expect(await toStatus({ source, headers: { 'x-heddle-key': `${SECRET}, x` } })).toBe(401);
    expect(await toStatus({ source })).toBe(401);
  });

  it('differs in 2,000 mutations, and none of them is accepted', async () => {
    const source = createSource();
    await fc.assert(
      fc.asyncProperty(
        fc.nat(SECRET.length),
        fc.nat(2),
        fc.string({ maxLength: 2 }),
        async (place, removed, added) => {
          const changed = SECRET.slice(0, place) + added + SECRET.slice(place + removed);
          const path = `/?code=${encodeURIComponent(changed)}`;
          expect(await toStatus({ source, path })).toBe(changed === SECRET ? 202 : 401);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('topics and subscriptions', () => {
  it('are those allowed, in any case', async () => {
    const source = createSource({ topics: [TOPIC], subscriptionNames: ['MySub'] });
    const headers = { 'aeg-subscription-name': 'MYSUB' };
    const toStatus = async (topics: readonly unknown[], sent: Sent = { headers }) =>
      (
        await send(
          topics.map((topic) => createEvent({ topic })),
          { source, ...sent },
        )
      ).status;
    expect(await toStatus([TOPIC, TOPIC.toUpperCase()])).toBe(202);
    expect(await toStatus([TOPIC, '/subscriptions/other'])).toBe(403);
    expect(await toStatus([undefined])).toBe(403);
    expect(await toStatus([TOPIC], {})).toBe(403);
    expect(await toStatus([TOPIC], { headers: { 'aeg-subscription-name': 'x' } })).toBe(403);
  });

  it('of CloudEvents are their sources', async () => {
    const source = createSource({ topics: [TOPIC] });
    const toStatus = async (parts: object) =>
      (await send(createCloudEvent(parts), { source, mediaType: SINGLE })).status;
    expect(await toStatus({})).toBe(202);
    expect(await toStatus({ source: 'x', topic: TOPIC })).toBe(403);
  });
});

describe('the handshake of the Event Grid schema', () => {
  const event = createEvent({ eventType: VALIDATION, data: { validationCode: 'c' } });

  it('is answered with exactly 200 and the code', async () => {
    const { reply, messages } = await send([event]);
    expect(reply).toEqual({ status: 200, json: { validationResponse: 'c' } });
    expect(messages).toEqual([]);
  });

  it('is refused without the secret, and without a code', async () => {
    expect((await send([event], { path: '/' })).status).toBe(401);
    for (const data of [{}, null, 'c', { validationCode: 1 }, { validationCode: '' }]) {
      expect((await send([{ ...event, data }])).status).toBe(400);
    }
  });

  it('is not one where Event Grid says that a publisher sent it', async () => {
    const headers = { 'aeg-event-type': 'Notification' };
    for (const eventType of [VALIDATION, DELETION]) {
      const { status, messages } = await send([{ ...event, eventType }], { headers });
      expect([status, messages.length]).toEqual([202, 1]);
    }
    expect((await send([event, event])).messages).toHaveLength(2);
  });
});

describe('the handshake of CloudEvents', () => {
  const ask = (sent: Sent = {}) =>
    send('', {
      method: 'OPTIONS',
      ...sent,
      headers: { 'webhook-request-origin': ORIGIN, ...sent.headers },
    });

  it('is granted to whoever has the secret, at the rate asked for', async () => {
    const { reply } = await ask({ headers: { 'webhook-request-rate': '120' } });
    expect(reply).toMatchObject({
      status: 200,
      headers: { 'WebHook-Allowed-Origin': ORIGIN, 'WebHook-Allowed-Rate': '120' },
    });
  });

  it('is refused without the secret, unless the origin is allowed', async () => {
    expect((await ask({ path: '/' })).status).toBe(401);
    const source = createSource({ allowedOrigins: [ORIGIN] });
    expect((await ask({ path: '/', source })).status).toBe(200);
    const other = { 'webhook-request-origin': 'evil.example' };
    expect((await ask({ path: '/', source, headers: other })).status).toBe(401);
  });

  it.each(['', 'a b', 'a\r\nx: y', 'a, b', '*'])(
    'is refused to %j, which is no origin',
    async (origin) => {
      expect((await ask({ headers: { 'webhook-request-origin': origin } })).status).toBe(400);
    },
  );

  it('authenticates no delivery', async () => {
    const source = createSource({ allowedOrigins: [ORIGIN] });
    const headers = { 'webhook-request-origin': ORIGIN };
    expect((await send([createEvent()], { source, path: '/', headers })).status).toBe(401);
  });
});

describe('the samples', () => {
  it.each([
    'Microsoft.Storage.BlobCreated',
    'Microsoft.Storage.BlobDeleted',
    'Microsoft.Resources.ResourceWriteSuccess',
  ])('have a %s that is taken in', async (type) => {
    const next = createEventGridSample(type, () => SECRET);
    const ids = [next(), next()].map(async ({ path, headers, body }) => {
      const request = createRequest({ path: `/${path}`, headers, body });
      const [event] = toEvents(await takeIn(createSource(), request));
      expect(event).toMatchObject({ type, verified: true });
      return event?.id;
    });
    expect(new Set(await Promise.all(ids)).size).toBe(2);
  });

  it('know their types', () => {
    expect(() => createEventGridSample('x', () => '')).toThrow(CliError);
    expect(() => createEventGridSample('x', () => '')).toThrow('Microsoft.Storage.BlobCreated');
  });
});
