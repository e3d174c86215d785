import { request as sendRaw } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AzureBackend, startAzureBackend } from '../helpers/backend.ts';
import {
  AUDIENCE,
  type Authority,
  IDENTITY,
  startAuthority,
  TENANT,
} from '../helpers/entra-authority.ts';
import { type FeatureApp, prepareFeatureApp } from '../helpers/feature-app.ts';
import { HeddleHost } from '../helpers/heddle-host.ts';

const ORIGIN = 'wps-test.webpubsub.azure.com';
const OTHER = '7f8e9d0c-1b2a-4c3d-8e5f-6a7b8c9d0e1f';

/** As `azd up` leaves it: the triggers file says nothing of the source. */
const triggers = `triggers:
  - { name: answer, source: webpubsub, eventType: user.vote, actor: answer }
`;

let authority: Authority;
let backend: AzureBackend;
let app: FeatureApp;
let host: HeddleHost;

beforeAll(async () => {
  [authority, backend] = await Promise.all([startAuthority(), startAzureBackend()]);
  const env = {
    ...backend.env,
    AZURE_AUTHORITY_HOST: `${authority.host}/`,
    HEDDLE_ENTRA_TENANT: TENANT,
    HEDDLE_WEBPUBSUB_AUDIENCE: AUDIENCE,
    HEDDLE_WEBPUBSUB_IDENTITY: IDENTITY,
    WebPubSub__endpoint: `https://${ORIGIN}`,
  };
  app = prepareFeatureApp({ triggers, env });
  host = await HeddleHost.start(app);
}, 60_000);
afterAll(async () => {
  await host?.process.stop();
  await Promise.all([authority[Symbol.asyncDispose](), backend[Symbol.asyncDispose]()]);
});

let events = 0;

function vote(authorization: readonly string[], choice: string) {
  const headers: Record<string, string | readonly string[]> = {
    ...{ 'webhook-request-origin': ORIGIN, 'content-type': 'application/json' },
    ...{ 'ce-type': 'azure.webpubsub.user.vote', 'ce-id': `${++events}`, 'ce-hub': 'heddle' },
    ...{ 'ce-connectionid': 'c1', 'ce-eventname': 'vote', ...toHeader(authorization) },
  };
  return send('POST', headers, JSON.stringify({ choice }));
}

const toHeader = (values: readonly string[]) =>
  values.length === 0 ? {} : { authorization: values };

/** Sends a repeated header as often as it is given, which `fetch` would join. */
async function send(
  method: string,
  headers: Readonly<Record<string, string | readonly string[]>>,
  body = '',
) {
  const { promise, resolve, reject } = Promise.withResolvers<{
    status: number | undefined;
    headers: NodeJS.Dict<string | string[]>;
    body: string;
  }>();
  const list = Object.entries(headers).flatMap(([name, value]) =>
    [value].flat().flatMap((one) => [name, String(one)]),
  );
  const target = `${host.process.url}/webhooks/webpubsub`;
  const raw = [...list, 'host', new URL(target).host, 'content-length', `${body.length}`];
  const request = sendRaw(target, { method, headers: raw }, async (response) => {
    resolve({ status: response.statusCode, headers: response.headers, body: await text(response) });
  });
  request.on('error', reject);
  request.end(body);
  return promise;
}

const sign = async (claims: object = {}) =>
  `Bearer ${await authority.sign(authority.claims({ ...claims }, Date.now()))}`;

it('the service is told that it may send before it has any token, as it asks when the handler is set', async () => {
  const answer = await send('OPTIONS', { 'webhook-request-origin': ORIGIN });
  expect(answer).toMatchObject({
    ...{ status: 200, headers: { 'webhook-allowed-origin': ORIGIN } },
  });
  const stranger = await send('OPTIONS', { 'webhook-request-origin': 'other.example.com' });
  expect(stranger.status).toBe(400);
});

it('a token of the service runs the trigger, and nothing of it is kept or logged', async () => {
  const token = await sign();
  const answer = await vote([token], 'soup');
  expect(answer).toMatchObject({ status: 200, body: '{"counted":"soup"}' });
  await host.drained();
  const [summary] = await host.events();
  const event = await host.event(summary?.id ?? '');
  expect(event).toMatchObject({ verified: true, type: 'user.vote' });
  const kept = JSON.stringify([event, await host.runs()]) + host.process.output();
  for (const part of token.slice('Bearer '.length).split('.')) expect(kept).not.toContain(part);
  const { sources } = await host.health();
  expect(sources).toContainEqual({ name: 'webpubsub', kind: 'webpubsub', state: 'ready' });
});

it('tokens of others, and two at once, are refused without a run', async () => {
  const before = (await host.runs()).length;
  const right = await sign();
  const refused = [
    ...[[], [await sign({ oid: OTHER })], [await sign({ aud: 'https://management.azure.com/' })]],
    ...[[await sign({ exp: Date.now() / 1000 - 120 })], [right, right], [`${right}x`]],
    [right, await sign({ oid: OTHER })],
  ];
  for (const tokens of refused) {
    const answer = await vote(tokens, 'soup');
    expect(answer.status, String(tokens)).toBe(401);
    expect(answer.headers['www-authenticate']).toContain('Bearer');
  }
  expect(await host.runs()).toHaveLength(before);
  expect(authority.asked).toEqual([`/${TENANT}/discovery/v2.0/keys`]);
});
