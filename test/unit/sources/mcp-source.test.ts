import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { createMcpSample } from '../../../shared/heddle/cli/samples/mcp.ts';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { loadSources } from '../../../shared/heddle/sources/load.ts';
import { mcp } from '../../../shared/heddle/sources/mcp/mcp.ts';
import type { Source } from '../../../shared/heddle/sources/source.ts';
import {
  createRequest,
  createSourceOf,
  describeVectors,
  readVectors,
  takeIn,
  toVectorRequest,
  type VectorCase,
} from '../../helpers/sources.ts';

const NOW = Date.UTC(2026, 0, 1);
const SECRET = `whsec_${Buffer.from('the secret of the first one').toString('base64')}`;
const SECRET_2 = `whsec_${Buffer.from('the next secret of the first').toString('base64')}`;
const OTHER = `whsec_${Buffer.from('the secret of another server').toString('base64')}`;
const MARK = 'Wq8Xz';

/** Puts the vectors' secrets into app settings, whose names the source's settings need. */
function createFor({ config }: VectorCase): Source {
  const given = (config?.subscriptions ?? {}) as Record<string, { secret: string; name: string }>;
  const entries = Object.entries(given);
  const settings = entries.map(([id, { name }], at) => [id, { secret: `S_${at}`, name }]);
  const env = entries.map(([, { secret }], at) => [`S_${at}`, secret]);
  return createSourceOf(mcp, {
    settings: { subscriptions: Object.fromEntries(settings) },
    env: Object.fromEntries(env),
  });
}

describeVectors('mcp.json', createFor);

describe('the vectors', () => {
  it.each(readVectors('mcp.json').map((one) => [one.id, one] as const))(
    '%s has the type that it names, and its webhook-id as its id',
    async (_, one) => {
      const { messages } = await takeIn(createFor(one), toVectorRequest(one));
      const { eventType } = one.expected ?? {};
      expect(messages).toMatchObject(
        eventType === undefined
          ? []
          : [{ event: { type: eventType.slice('mcp.'.length), id: one.headers['webhook-id'] } }],
      );
    },
  );
});

const one = { secret: 'ONE', secret2: 'ONE_2', name: 'incident.created' };
const env = { ONE: SECRET, ONE_2: SECRET_2, OTHER, BLANK: ' ', BAD: 'whsec_no base64' };

const createWith = (subscriptions: JsonObject) =>
  createSourceOf(mcp, { settings: { subscriptions }, env });

const source = createWith({ sub_1: one });
const both = createWith({ sub_1: one, sub_2: { secret: 'OTHER', name: 'x' } });

const DELIVERY = {
  eventId: 'evt_1',
  name: 'incident.created',
  timestamp: '2025-12-31T23:59:00Z',
  data: { incidentId: 'INC-1' },
  cursor: 'c1',
};

interface Sent {
  readonly body?: JsonObject | string | Buffer;
  readonly id?: string;
  readonly secret?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Creates a server's post, signed by the library of Standard Webhooks. */
function createDelivery({ body = DELIVERY, id = 'evt_1', secret = SECRET, headers = {} }: Sent) {
  const isRaw = typeof body === 'string' || Buffer.isBuffer(body);
  const content = isRaw ? body : JSON.stringify(body);
  // The library signs texts: invalid bytes are signed as what they decode to.
  const signature = new Webhook(secret).sign(id, new Date(NOW), content.toString());
  const all = {
    'content-type': 'application/json',
    'x-mcp-subscription-id': 'sub_1',
    'webhook-id': id,
    'webhook-timestamp': String(NOW / 1000),
    'webhook-signature': signature,
    ...headers,
  };
  return createRequest({ headers: all, body: content, receivedAt: NOW });
}

const take = (sent: Sent, by: Source = source) => takeIn(by, createDelivery(sent));

describe('a delivery', () => {
  it('is an event of its name, with what is around its data as fields', async () => {
    const { status, reply, messages } = await take({});
    expect(status).toBe(202);
    expect(reply?.json).toEqual({ id: 'evt_1' });
    expect(messages).toMatchObject([
      {
        event: {
          id: 'evt_1',
          type: 'incident.created',
          time: '2025-12-31T23:59:00.000Z',
          verified: true,
          data: { incidentId: 'INC-1' },
        },
      },
    ]);
    expect(messages[0]).toHaveProperty('event.fields', {
      subscription_id: 'sub_1',
      event_id: 'evt_1',
      name: 'incident.created',
      cursor: 'c1',
    });
  });

  it.each([
    ['text', { text: 'text' }],
    [[1], { value: [1] }],
    [null, { value: null }],
    [undefined, {}],
  ])('has %j as %j', async (data, expected) => {
    const body = { ...DELIVERY, data } as JsonObject;
    const { messages } = await take({ body });
    expect(messages).toMatchObject([{ event: { data: expected } }]);
  });

  it.each(['', ' ', 'control.gap', 5, null, {}])(
    'named %j is of the type that was subscribed to',
    async (name) => {
      const { messages } = await take({ body: { ...DELIVERY, name } });
      expect(messages).toMatchObject([{ event: { type: 'incident.created' } }]);
    },
  );

  it.each([
    ['a b [c]/d', 'a b [c]/d'],
    ['x'.repeat(300), 'x'.repeat(256)],
  ])('named %j is of the type %j', async (name, type) => {
    const { messages } = await take({ body: { ...DELIVERY, name } });
    expect(messages).toMatchObject([{ event: { type } }]);
  });

  it.each(['evt_2', '', 5, null, {}])('whose eventId is %j is refused', async (eventId) => {
    expect(await take({ body: { ...DELIVERY, eventId } })).toMatchObject({ status: 400 });
  });

  it('has an id of its subscription where there are several: servers may use the same', async () => {
    const first = await take({}, both);
    const headers = { 'x-mcp-subscription-id': 'sub_2' };
    const second = await take({ secret: OTHER, headers }, both);
    expect(first.messages).toMatchObject([{ event: { id: 'sub_1|evt_1' } }]);
    expect(second.messages).toMatchObject([{ event: { id: 'sub_2|evt_1' } }]);
  });

  it.each([
    ['no object', '[]'],
    ['no JSON', 'x'],
    ['empty', ''],
    ['not UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
    ['of an unknown kind', '{"type":"other"}'],
    ['of no kind', '{}'],
    ['a verification without a challenge', '{"type":"verification"}'],
    ['a verification with an odd challenge', '{"type":"verification","challenge":{"a":1}}'],
    [
      'a verification with a huge challenge',
      `{"type":"verification","challenge":"${MARK.repeat(300)}"}`,
    ],
    ['too deep', `${'{"a":'.repeat(300)}1${'}'.repeat(300)}`],
  ])('that is %s is refused', async (kind, body) => {
    const { status, messages } = await take({ body });
    expect(status).toBe(kind === 'not UTF-8' ? 401 : 400);
    expect(messages).toEqual([]);
  });
});

describe('what is about the subscription', () => {
  it('is an event of its own type, with the cursor or the error', async () => {
    const gap = await take({ body: { type: 'gap', cursor: 'c2' }, id: 'msg_1' });
    expect(gap.messages[0]).toHaveProperty('event.fields', {
      subscription_id: 'sub_1',
      name: 'incident.created',
      cursor: 'c2',
    });
    const error = { code: -32012, message: 'Forbidden' };
    const end = await take({ body: { type: 'terminated', error }, id: 'msg_2' });
    expect(end.messages).toMatchObject([
      {
        event: {
          id: 'msg_2',
          type: 'control.terminated',
          fields: { error_code: -32012, error_message: 'Forbidden' },
        },
      },
    ]);
  });

  it('is not confused with an event that has a type', async () => {
    const { messages } = await take({ body: { ...DELIVERY, type: 'gap' } });
    expect(messages).toMatchObject([{ event: { type: 'incident.created' } }]);
  });

  it('is answered with its challenge only when it is signed', async () => {
    const body = { type: 'verification', challenge: 'n1' };
    const { status, reply, messages } = await take({ body });
    expect({ status, json: reply?.json, messages }).toEqual({
      status: 200,
      json: { challenge: 'n1' },
      messages: [],
    });
    const forged = await take({ body, secret: OTHER });
    expect(forged.status).toBe(401);
    expect(forged.error?.message).not.toContain('n1');
  });
});

describe('a subscription', () => {
  const toStatus = async (id: string) =>
    (await take({ headers: { 'x-mcp-subscription-id': id } })).status;

  it('that is not named is refused, and one that is not known is put off', async () => {
    expect(await toStatus('')).toBe(400);
    for (const id of ['sub_2', '__proto__', 'constructor', 'toString']) {
      expect(await toStatus(id)).toBe(503);
    }
  });

  it('has secrets of its own, of which there may be two', async () => {
    expect((await take({ secret: SECRET_2 })).status).toBe(202);
    expect((await take({ secret: OTHER }, both)).status).toBe(401);
    expect((await take({ headers: { 'x-mcp-subscription-id': 'sub_2' } }, both)).status).toBe(401);
  });

  it('without a secret, or with one that is no key, can verify nothing', async () => {
    for (const secret of ['BLANK', 'MISSING', 'BAD']) {
      expect((await take({}, createWith({ sub_1: { secret, name: 'x' } }))).status).toBe(500);
    }
    const rotated = createWith({ sub_1: { secret: 'BLANK', secret2: 'ONE', name: 'x' } });
    expect((await take({}, rotated)).status).toBe(202);
  });

  it('must be configured: there is no such source by default', () => {
    const load = (sources: unknown) => loadSources({ value: { sources }, locate: () => 1 }, [mcp]);
    expect(load({}).sources).toEqual([]);
    expect(load({ mcp: { subscriptions: {} } }).faults).toHaveLength(1);
    expect(load({ mcp: { subscriptions: { a: { secret: SECRET, name: 'x' } } } }).faults).toEqual([
      expect.objectContaining({ message: expect.stringContaining('not a secret') }),
    ]);
    expect(load({ mcp: { subscriptions: { a: one } } }).faults).toEqual([]);
  });
});

describe('a signature', () => {
  it('in the headers of Svix is none: another webhook-id could stand beside it', async () => {
    const { headers } = createDelivery({ body: { type: 'gap' }, id: 'msg_1' });
    const svix = ['id', 'timestamp', 'signature'].map((name) => {
      return [`svix-${name}`, headers.get(`webhook-${name}`) ?? ''];
    });
    const without = { 'webhook-timestamp': '', 'webhook-signature': '' };
    const all = { ...Object.fromEntries(svix), ...without, 'webhook-id': 'fresh' };
    expect((await take({ body: { type: 'gap' }, headers: all })).status).toBe(401);
  });
});

describe('the sample', () => {
  const types = ['incident.created', 'incident.resolved', 'control.gap', 'control.terminated'];
  const sampled = createWith({ sub_example: one });
  it.each(types)('of %s is accepted, each time as another event', async (type) => {
    const create = createMcpSample(type, () => SECRET);
    const [first, second] = await Promise.all(
      [create(), create()].map((sample) => takeIn(sampled, createRequest(sample))),
    );
    expect(first?.messages).toMatchObject([{ event: { type, verified: true } }]);
    expect(second?.reply?.json).not.toEqual(first?.reply?.json);
  });

  it('of another type is answered with the known ones', () => {
    expect(() => createMcpSample('x', () => SECRET)).toThrow(types[0]);
  });
});
