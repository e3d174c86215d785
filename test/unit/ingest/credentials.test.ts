import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { SampleRequest } from '../../../shared/heddle/cli/samples/sample-request.ts';
import { samples } from '../../../shared/heddle/cli/samples/samples.ts';
import { isJsonObject, type Json, type JsonObject } from '../../../shared/heddle/domain/json.ts';
import { sourceKinds } from '../../../shared/heddle/sources/kinds.ts';
import type { SignedRequest } from '../../../shared/heddle/testing/receive-delivery.ts';
import { openKeptScene } from '../../helpers/kept-scene.ts';
import type { SourcedCase } from '../../vectors/run.ts';
import { toVectorSource } from '../../vectors/to-source.ts';

const NOW = Date.UTC(2026, 10, 30, 12) / 1000;

let count = 0;
/** A text that occurs nowhere else. */
const plant = () => `planted-${++count}-credential`;

/** What people pass to workflows of GitHub is kept as it is: `redact` may name it. */
const PEOPLES = ['client_payload', 'inputs'];

type Plant = (given: JsonObject) => Json;
const everywhere =
  (...keys: readonly string[]): Plant =>
  (given) => {
    const walk = (value: Json): Json => {
      if (Array.isArray(value)) return value.map(walk);
      if (!isJsonObject(value)) return value;
      const entries = Object.entries(value).map(([key, item]) => [
        key,
        PEOPLES.includes(key) ? item : walk(item),
      ]);
      return { ...Object.fromEntries(entries), ...plantEach(keys) };
    };
    return walk(given);
  };
const plantEach = (keys: readonly string[]) =>
  Object.fromEntries(keys.map((key) => [key, plant()]));

const JWT = () => `eyJhbGciOiJIUzI1NiJ9.${plant().replaceAll('-', '_')}.c2ln`;

/** A connection with a credential wherever the vendor's documentation shows one, and others. */
const toConnect: Plant = (given) => ({
  ...given,
  query: {
    room: ['1'],
    ...Object.fromEntries(
      ['access_token', 'token', 'code', 'sig', 'api_key'].map((key) => [key, [plant()]]),
    ),
  },
  headers: {
    Origin: ['https://x'],
    Authorization: [`Bearer ${plant()}`],
    Cookie: [`s=${plant()}`],
    'X-Api-Key': [plant()],
    'Proxy-Authorization': [plant()],
    'Sec-WebSocket-Protocol': [`access_token, ${JWT()}`],
  },
  claims: { sub: ['ada'], idp_access_token: [plant()] },
  subprotocols: ['mqtt', JWT()],
  mqtt: {
    ...{ protocolVersion: 5, username: 'ada', password: plant() },
    userProperties: [
      { name: 'room', value: '1' },
      { name: 'auth-token', value: plant() },
    ],
  },
});

/** What each sender puts into its bodies. The others put nothing there. */
const PLANTS: Readonly<Record<string, Plant>> = {
  github: everywhere('temp_clone_token', 'token', 'client_secret', 'secret', 'pem'),
  slack: everywhere('token', 'response_url', 'bot_access_token', 'action_token'),
  stripe: everywhere('client_secret', 'secret'),
  pagerduty: everywhere('integration_key', 'routing_key', 'service_key', 'secret'),
  cloudwatch: (given) => ({
    ...given,
    forwarded: { TopicArn: 'arn:x', ...plantEach(['UnsubscribeURL', 'SubscribeURL', 'Token']) },
  }),
  eventgrid: everywhere('validationCode', 'validationUrl', 'clientState'),
  webpubsub: toConnect,
};

const SETTINGS = [
  ...sourceKinds.flatMap(({ defaultSecrets }) => defaultSecrets.slice(0, 1)),
  ...['CUSTOM_WEBHOOK_SECRET', 'MCP_WEBHOOK_SECRET', 'CLOUDWATCH_RAW_TOKEN'],
];
/** Hex is valid base64 too, which Standard Webhooks requires. */
const secrets = Object.fromEntries(
  SETTINGS.map((name, index) => [name, `${index}`.padStart(2, '0').repeat(32)]),
);
const SOURCES = {
  ...{ github: {}, slack: {}, stripe: {}, pagerduty: {}, grafana: {}, eventgrid: {} },
  ...{ standardwebhooks: {}, cloudevents: {} },
  cloudwatch: {
    topicArns: ['arn:aws:sns:us-east-1:123456789012:alarms'],
    rawDelivery: { token: 'CLOUDWATCH_RAW_TOKEN' },
  },
  webpubsub: { hub: 'chat', allowedOrigins: ['*'] },
  mcp: { subscriptions: { sub_example: { secret: 'MCP_WEBHOOK_SECRET', name: 'a' } } },
  custom: { secrets: ['CUSTOM_WEBHOOK_SECRET'], auth: { kind: 'hmac', header: 'X-Signature' } },
};

const readSetting = (name: string) => secrets[name] ?? '';

/** The types of which a kind has an example, as the command line lists them. */
function listTypes(kind: string): readonly string[] {
  try {
    samples[kind]?.('none of them', readSetting);
  } catch (error) {
    return /Known types: (.+)$/.exec((error as Error).message)?.[1]?.split(', ') ?? [];
  }
  throw new Error(`the samples of ${kind} have no list of types`);
}

/** Headers and parameters with credentials, which any proxy or sender may add. */
function withMore({ path, headers, body }: SampleRequest): SignedRequest {
  const more = { cookie: plant(), 'x-api-key': plant(), 'x-ms-client-principal': plant() };
  const query = `${path.includes('?') ? '&' : '?'}access_token=${plant()}`;
  const authorization = headers.authorization ?? `Bearer ${plant()}`;
  return { path: `/${path}${query}`, headers: { ...headers, ...more, authorization }, body };
}

const kinds = sourceKinds.map(({ kind }) => kind);

/** GitHub has 58 examples. */
const LONG = { timeout: 120_000 };

describe('credentials', () => {
  it.each(kinds)(
    'in the samples of %s are in nothing that is kept or shown',
    LONG,
    async (kind) => {
      const scene = await openKeptScene({ sources: SOURCES, env: secrets, now: NOW });
      await using _app = scene.test;
      const first = count;
      for (const type of listTypes(kind)) {
        const payload = PLANTS[kind] as ((example: never) => object) | undefined;
        // What clients of Web PubSub say to each other is no credential of theirs.
        const isPlanted = payload && !type.startsWith('user.');
        const options = { now: () => NOW * 1000, ...(isPlanted ? { payload } : {}) };
        const sample = samples[kind]?.(type, readSetting, options)() as SampleRequest;
        expect((await scene.send(withMore(sample))).status, type).toBeLessThan(300);
      }
      const text = (await scene.readAll()).replaceAll('_', '-');
      expect(count - first).toBeGreaterThanOrEqual(4);
      expect(text.match(/planted-\d+-/g) ?? []).toEqual([]);
      expect(Object.values(secrets).filter((secret) => text.includes(secret))).toEqual([]);
      expect((await scene.test.events()).length).toBeGreaterThan(0);
    },
  );
});

const folder = new URL('../../fixtures/vectors/', import.meta.url);
const vectors = readdirSync(folder).flatMap(
  (file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as SourcedCase[],
);

/** Names of credentials in headers, parameters and bodies of the vectors. */
const CREDENTIAL =
  /(^|[-_])(token|secret|password|authorization|cookie|signature|key|code|api-?key)$|^(response_url|validation(Code|Url)|(Uns|S)ubscribeURL|Token|Signature|client_secret|sig)$/i;
/** Names that look like one: a pairing key of alerts, and keys that are public. */
const HARMLESS = /^(groupKey|incident_key|error_code|SigningCertURL|idempotency-key)$/;

function listCredentials(value: Json, key = '', depth = 0): readonly string[] {
  if (depth > 100) return [];
  if (Array.isArray(value)) return value.flatMap((item) => listCredentials(item, key, depth + 1));
  if (isJsonObject(value)) {
    return Object.entries(value).flatMap(([name, item]) => listCredentials(item, name, depth + 1));
  }
  return CREDENTIAL.test(key) && !HARMLESS.test(key) && typeof value === 'string' ? [value] : [];
}

function parseBody(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    const form = Object.fromEntries(new URLSearchParams(text));
    return form.payload ? [form, parseBody(form.payload)] : form;
  }
}

function listOfVector(one: SourcedCase): readonly string[] {
  const query = Object.fromEntries(new URL(one.path, 'http://localhost').searchParams);
  const body = parseBody(Buffer.from(one.bodyBase64, 'base64').toString());
  const found = [one.headers as JsonObject, query, body].flatMap((part) => listCredentials(part));
  // Shorter ones occur in other texts by chance.
  return [...one.secrets, ...found].filter((text) => text.length > 5);
}

describe('the credentials of a vector', () => {
  const accepted = vectors.filter(({ expect: verdict }) => verdict !== 'reject');

  it('are many', () => {
    expect(accepted.length).toBeGreaterThan(60);
    expect(accepted.flatMap(listOfVector).length).toBeGreaterThan(120);
  });

  const groups = Map.groupBy(accepted, ({ now, config }) =>
    JSON.stringify([now, config?.certStub ?? {}]),
  );

  it.each([...groups])('are in nothing that is kept or shown: %.30s', async (at, cases) => {
    const [now, certificates] = JSON.parse(at) as [number, Record<string, string>];
    const made = cases.map((one) => [one.id, toVectorSource(one)] as const);
    const scene = await openKeptScene({
      sources: Object.fromEntries(made.map(([id, { settings }]) => [id, settings])),
      env: Object.assign({}, ...made.map(([, { env }]) => env)),
      now,
      fetchText: async (url) => certificates[url] ?? '',
    });
    await using _app = scene.test;
    for (const one of cases)
      expect((await scene.send(toRequest(one))).status, one.id).toBeLessThan(300);
    const text = await scene.readAll();
    const left = cases.flatMap((one) => listOfVector(one).filter((value) => text.includes(value)));
    expect(left).toEqual([]);
    for (const { data } of await scene.test.events()) expect(listCredentials(data)).toEqual([]);
  });
});

function toRequest(one: SourcedCase): SignedRequest {
  const query = one.path.includes('?') ? one.path.slice(one.path.indexOf('?')) : '';
  return {
    ...{ method: one.method, headers: one.headers },
    path: `/webhooks/${toVectorSource(one).kind}/${one.id}${query}`,
    body: Buffer.from(one.bodyBase64, 'base64') as never,
  };
}
