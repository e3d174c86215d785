import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { ConfigError } from '../../../shared/heddle/errors/errors.ts';
import { cloudwatch } from '../../../shared/heddle/sources/cloudwatch/cloudwatch.ts';
import { loadSources } from '../../../shared/heddle/sources/load.ts';
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

const TOPIC = 'arn:aws:sns:us-east-1:123456789012:alarms';
const TOKEN = 'a token that is long enough';

interface VectorConfig {
  readonly allowedTopicArns: readonly string[];
  readonly timestampToleranceSec: number;
  readonly certStub: Readonly<Record<string, string>>;
  readonly allowRaw?: boolean;
  readonly queryToken?: { readonly name: string; readonly value: string };
}

function createForVector({ config, respond }: VectorCase, fetched: string[] = []): Source {
  const { queryToken, ...given } = config as unknown as VectorConfig;
  const raw = { token: 'RAW_TOKEN', queryParameter: queryToken?.name ?? '' };
  const confirmed = (respond as { fetch?: string | null } | undefined)?.fetch;
  return createSourceOf(cloudwatch, {
    settings: {
      topicArns: given.allowedTopicArns,
      toleranceSeconds: given.timestampToleranceSec,
      ...(given.allowRaw ? { rawDelivery: raw } : {}),
    },
    env: { RAW_TOKEN: queryToken?.value ?? '' },
    fetchText: async (url) => {
      fetched.push(url);
      if (url === confirmed) return '<ok/>';
      const pem = given.certStub[url];
      if (pem === undefined) throw new Error(`nothing may be fetched from ${url}`);
      return pem;
    },
  });
}

describeVectors('sns.json', (one) => createForVector(one));

function toEvent({ messages }: Taken) {
  const [message] = messages;
  if (message?.kind !== 'event') throw new Error('ingest sends events');
  return message.event;
}

/** Removes remarks in brackets, with which the vectors explain some values. */
const withoutRemarks = (value: object) =>
  JSON.parse(JSON.stringify(value).replaceAll(/ \([^)]*\)"/g, '"'));

describe('the vectors of sns.json', () => {
  const accepted = readVectors('sns.json').filter(({ expect }) => expect === 'accept');

  it.each(accepted.map((one) => [one.id, one] as const))('%s is normalized', async (_, one) => {
    const event = toEvent(await takeIn(createForVector(one), toVectorRequest(one)));
    const { eventType, dedupeId, normalized = {} } = withoutRemarks(one.expected ?? {});
    if (eventType) expect(eventType).toMatch(new RegExp(`^(cloudwatch|sns)\\.${event.type}$`));
    if (dedupeId) expect(event.id).toBe(dedupeId);
    expect(event.fields).toMatchObject(normalized);
  });

  it('cause the requests they name, and none but that for the certificate beside', async () => {
    for (const one of readVectors('sns.json')) {
      const fetched: string[] = [];
      await takeIn(createForVector(one, fetched), toVectorRequest(one));
      const confirmed = (one.respond as { fetch?: string } | undefined)?.fetch;
      const allowed = Object.keys((one.config as unknown as VectorConfig).certStub);
      expect(allowed).toEqual(expect.arrayContaining(fetched.filter((url) => url !== confirmed)));
      expect(fetched.filter((url) => url === confirmed)).toHaveLength(confirmed ? 1 : 0);
      expect(new Set(fetched).size).toBe(fetched.length);
    }
  });
});

function createRaw(token = TOKEN): Source {
  const settings = { topicArns: [TOPIC], rawDelivery: { token: 'RAW_TOKEN' } };
  return createSourceOf(cloudwatch, { settings, env: { RAW_TOKEN: token } });
}

interface Raw {
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly source?: Source;
}

function deliverRaw(body: string | Buffer, parts: Raw = {}): Promise<Taken> {
  const { path = `/?token=${encodeURIComponent(TOKEN)}`, source = createRaw() } = parts;
  const headers = {
    'x-amz-sns-message-type': 'Notification',
    'x-amz-sns-message-id': randomUUID(),
    'x-amz-sns-topic-arn': TOPIC,
    'x-amz-sns-rawdelivery': 'true',
    ...parts.headers,
  };
  return takeIn(source, createRequest({ path, headers, body }));
}

const alarm = (parts: JsonObject) =>
  JSON.stringify({ AlarmName: 'a', NewStateValue: 'OK', ...parts });

describe('a raw delivery', () => {
  it('is accepted with the token', async () => {
    const event = toEvent(await deliverRaw(alarm({})));
    expect(event).toMatchObject({ type: 'alarm.OK', subject: 'a', verified: true });
  });

  it.each<[string, string | Buffer, Raw, number]>([
    ['without the token', '{}', { path: '/' }, 403],
    ['with a wrong token', '{}', { path: '/?token=x' }, 403],
    ['with two tokens', '{}', { path: `/?token=x&token=${encodeURIComponent(TOKEN)}` }, 403],
    ['of another topic', '{}', { headers: { 'x-amz-sns-topic-arn': 'x' } }, 403],
    ['of another type', '{}', { headers: { 'x-amz-sns-message-type': 'x' } }, 400],
    ['with an id that is no UUID', '{}', { headers: { 'x-amz-sns-message-id': 'x' } }, 400],
    ['that is not UTF-8', Buffer.from([0xff]), {}, 400],
  ])('%s is refused', async (_, body, raw, status) => {
    expect((await deliverRaw(body, raw)).status).toBe(status);
  });

  it.each(['', ' '])('cannot be verified where the token is blank (%j)', async (token) => {
    const path = `/?token=${encodeURIComponent(token)}`;
    const { error, status } = await deliverRaw('{}', { source: createRaw(token), path });
    expect(status).toBe(500);
    expect(error).toBeInstanceOf(ConfigError);
    expect(error?.message).toContain('set RAW_TOKEN');
  });

  it('is refused where the settings say nothing of it', async () => {
    const source = createSourceOf(cloudwatch, { settings: { topicArns: [TOPIC] } });
    expect((await deliverRaw('{}', { source })).status).toBe(403);
  });
});

describe('the event of a message', () => {
  const toEventOf = async (message: string) => toEvent(await deliverRaw(message));
  const fieldsOf = async (parts: JsonObject) => (await toEventOf(alarm(parts))).fields;

  it.each([
    ['some text', { text: 'some text' }],
    ['42', { text: '42' }],
    ['', { text: '' }],
    ['[1]', { value: [1] }],
    ['{"a":1}', { a: 1 }],
    [`${'['.repeat(9000)}${']'.repeat(9000)}`, { text: expect.any(String) }],
    ['{"AlarmName":1,"NewStateValue":"OK"}', { AlarmName: 1, NewStateValue: 'OK' }],
    ['{"AlarmName":"a","NewStateValue":"x y"}', { AlarmName: 'a', NewStateValue: 'x y' }],
  ])('%.40s that is no alarm is a notification', async (message, data) => {
    const event = await toEventOf(message);
    expect(event).toMatchObject({ type: 'Notification', data });
    expect(event.fields).toEqual({ topic_arn: TOPIC });
  });

  it('that is a composite alarm has neither metric nor threshold', async () => {
    expect(await fieldsOf({ AlarmRule: 'ALARM(x)', NewStateReason: 'x' })).toEqual({
      alarm_name: 'a',
      new_state: 'OK',
      reason: 'x',
      dimensions: {},
      topic_arn: TOPIC,
    });
  });

  it('that is an alarm on metric math has the formula and the metric watched, or else the first', async () => {
    const stat = (name: string) => ({
      MetricStat: {
        Metric: {
          MetricName: name,
          Namespace: 'AWS/ELB',
          Dimensions: [{ name: '__proto__', value: name }, null, { name: 1, value: 2 }],
        },
      },
    });
    const formula = { Id: 'e', Expression: 'a/b', ReturnData: true };
    const Metrics = [formula, { ...stat('A'), ReturnData: false }, stat('B')];
    const fields = await fieldsOf({ Trigger: { Threshold: 1.5, Metrics } });
    const expected = { metric: 'A', namespace: 'AWS/ELB', expression: 'a/b', threshold: 1.5 };
    expect(fields).toMatchObject(expected);
    expect(Object.entries(fields.dimensions ?? {})).toEqual([['__proto__', 'A']]);
    const watched = { Trigger: { Metrics: [stat('A'), { ...stat('B'), ReturnData: true }] } };
    expect(await fieldsOf(watched)).toMatchObject({ metric: 'B' });
  });

  it('has the region and account of its ARN, and the time of the change', async () => {
    const event = await toEventOf(
      alarm({
        AlarmArn: 'arn:aws:cloudwatch:eu-west-1:123456789012:alarm:a',
        Region: 'EU (Ireland)',
        StateChangeTime: '2026-12-01T01:00:00.123+0100',
      }),
    );
    expect(event.time).toBe('2026-12-01T00:00:00.123Z');
    expect(event.fields).toMatchObject({ region: 'eu-west-1', account: '123456789012' });
  });
});

describe('the settings', () => {
  const load = (cloudwatchSettings: JsonObject | undefined) =>
    loadSources(
      { value: { sources: { cloudwatch: cloudwatchSettings ?? {} } }, locate: () => 1 } as never,
      [cloudwatch],
    );

  it('must name a topic, so the source is not there by default', () => {
    expect(loadSources({ value: {}, locate: () => 1 } as never, [cloudwatch]).sources).toEqual([]);
    expect(load({}).faults).toHaveLength(1);
    expect(load({ topicArns: [] }).faults).toHaveLength(1);
    expect(load({ topicArns: [TOPIC] }).sources).toHaveLength(1);
  });

  it.each([
    'alarms',
    'arn:aws:sqs:us-east-1:123456789012:alarms',
    'arn:aws:sns:*:123456789012:alarms',
    'arn:aws-eusc:sns:eusc-de-east-1:123456789012:alarms',
    `${TOPIC}\n`,
  ])('do not take %j for a topic', (arn) => {
    expect(load({ topicArns: [arn] }).faults).toHaveLength(1);
  });
});

describe('any input', () => {
  it('is refused with an error that a source may throw', async () => {
    const names = ['message-type', 'message-id', 'topic-arn', 'rawdelivery'];
    const headers = fc.dictionary(
      fc.oneof(fc.constantFrom(...names.map((name) => `x-amz-sns-${name}`)), fc.string()),
      fc.oneof(fc.constantFrom('Notification', 'true', TOPIC), fc.string()),
    );
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.json(),
      fc.nat(9000).map((depth) => '{"Message":'.repeat(depth)),
      fc.nat(9000).map((depth) => `${'['.repeat(depth)}${']'.repeat(depth)}`),
      fc.constantFrom('{"__proto__":{"Type":"Notification"}}', '\0', '{"Type":"__proto__"}'),
    );
    await fc.assert(
      fc.asyncProperty(headers, body, fc.webQueryParameters(), async (given, bytes, query) => {
        const request = createRequest({
          path: `/?${query}`,
          headers: given,
          body: Buffer.from(bytes),
        });
        expect([400, 403]).toContain((await takeIn(createRaw(), request)).status);
      }),
      { numRuns: 2000 },
    );
  });

  it('that has the token is taken in, or refused for its form', async () => {
    const body = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.json(), fc.string());
    await fc.assert(
      fc.asyncProperty(body, async (bytes) => {
        expect([202, 400]).toContain((await deliverRaw(Buffer.from(bytes))).status);
      }),
      { numRuns: 1000 },
    );
  });

  it('is not repeated in what refuses it', async () => {
    const marked = '{"Type":"Wq8Xz","MessageId":"Wq8Xz"';
    const headers = { 'x-amz-sns-message-id': 'Wq8Xz', 'x-amz-sns-rawdelivery': 'false' };
    for (const body of [marked, `${marked}}`, 'Wq8Xz', '["Wq8Xz"]']) {
      const { error } = await deliverRaw(body, { headers, path: '/?token=Wq8Xz' });
      expect(`${error?.stack} ${error?.cause}`).not.toContain('Wq8Xz');
    }
  });
});
