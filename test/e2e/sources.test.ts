import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { EventSummary } from '../../shared/heddle/api/events.ts';
import type { SourceView } from '../../shared/heddle/api/sources.ts';
import type { SampleRequest } from '../../shared/heddle/cli/samples/sample-request.ts';
import { samples } from '../../shared/heddle/cli/samples/samples.ts';
import type { Run } from '../../shared/heddle/domain/run.ts';
import { sourceKinds } from '../../shared/heddle/sources/kinds.ts';
import { isAzure, startBackend } from '../helpers/backend.ts';
import { createPlainApp } from '../helpers/heddle-host.ts';
import { type RunningHost, startHost } from '../helpers/local-host.ts';

const examples = fileURLToPath(new URL('../../infra/examples', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'heddle-sources-'));

/** Hex is valid base64 too, which Standard Webhooks requires. */
const toSecret = (index: number) => `${index}`.padStart(2, '0').repeat(32);
const SETTINGS = [
  ...sourceKinds.flatMap(({ defaultSecrets }) => defaultSecrets.slice(0, 1)),
  ...['ACME_WEBHOOK_SECRET', 'CUSTOM_WEBHOOK_SECRET', 'MCP_WEBHOOK_SECRET', 'CLOUDWATCH_RAW_TOKEN'],
];
const env = {
  ...Object.fromEntries(SETTINGS.map((name, index) => [name, toSecret(index)])),
  HEDDLE_DATA_DIR: folder,
  HEDDLE_TRIGGERS_FILE: join(examples, 'all-sources.yaml'),
} as Readonly<Record<string, string>>;

/** A type of `npm run send` for each kind, with the status that its sender gets. */
const SENT: Readonly<Record<string, readonly [type: string, status: number]>> = {
  github: ['pull_request.opened', 202],
  slack: ['message', 202],
  stripe: ['payment_intent.succeeded', 202],
  pagerduty: ['incident.triggered', 202],
  grafana: ['alert.firing', 202],
  cloudwatch: ['alarm.ALARM', 202],
  eventgrid: ['Microsoft.Storage.BlobCreated', 202],
  webpubsub: ['user.message', 204],
  standardwebhooks: ['invoice.paid', 202],
  cloudevents: ['com.example.order.created', 202],
  custom: ['received', 202],
  mcp: ['incident.created', 202],
};

/** Allows for a busy machine. */
const LATE = { timeout: 20_000 };

let host: RunningHost;

beforeAll(async () => {
  host = await startHost({
    app: createPlainApp(folder),
    env: { ...env, ...(await startBackend()) },
  });
});

afterAll(async () => {
  await host.stop();
  rmSync(folder, { recursive: true });
});

async function send({ path, headers, body }: SampleRequest): Promise<Response> {
  const from = { 'x-forwarded-for': '127.0.0.1:5000' };
  return fetch(`${host.url}/${path}`, { method: 'POST', headers: { ...headers, ...from }, body });
}

async function read<T>(path: string): Promise<readonly T[]> {
  return ((await (await fetch(`${host.url}/api/v1/${path}`)).json()) as { items: T[] }).items;
}

async function readSource(name: string): Promise<SourceView> {
  const found = (await read<SourceView>('sources')).find((source) => source.name === name);
  if (!found) throw new Error(`there is no source ${name}`);
  return found;
}

const makeSample = (kind: string, setting = (name: string) => env[name] ?? '') =>
  samples[kind]?.(SENT[kind]?.[0] ?? '', setting)() as SampleRequest;

describe('the example of all sources', () => {
  it('has every kind, and every kind has a sample', async () => {
    const kinds = sourceKinds.map(({ kind }) => kind).toSorted();
    expect(Object.keys(samples).toSorted()).toEqual(kinds);
    expect(Object.keys(SENT).toSorted()).toEqual(kinds);
    const sources = await read<SourceView>('sources');
    expect(sources.map(({ name }) => name).toSorted()).toEqual([...kinds, 'acme'].toSorted());
  });
});

describe.each(Object.entries(SENT))('%s', (kind, [, status]) => {
  it('takes in what its sender signs, runs its trigger once, and counts the duplicate', async () => {
    const sample = makeSample(kind);
    expect((await send(sample)).status).toBe(status);
    expect((await send(sample)).status).toBe(status);
    await vi.waitFor(async () => {
      const [run, ...others] = await read<Run>(`runs?trigger=${kind}`);
      expect(others).toEqual([]);
      expect(run).toMatchObject({ status: 'succeeded', source: kind });
    }, LATE);
    const [event, ...others] = await read<EventSummary>(`events?source=${kind}`);
    expect(others).toEqual([]);
    expect(event).toMatchObject({ verified: true, status: 'matched' });
    const { accepted, duplicates, rejected } = await readSource(kind);
    expect({ requests: accepted + duplicates, rejected }).toEqual({ requests: 2, rejected: {} });
    // Service Bus drops a duplicate without telling its sender.
    if (!isAzure) expect(duplicates).toBe(1);
  });

  it('refuses what somebody else signs, and says why without content', async () => {
    const forged = makeSample(kind, () => 'ab'.repeat(32));
    const response = await send(forged);
    expect([400, 401, 403]).toContain(response.status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    const { rejected, lastRejected } = await readSource(kind);
    expect(rejected).toEqual({ signature_invalid: 1 });
    expect(lastRejected?.code).toBe('signature_invalid');
  });
});

describe('a CloudEvent in binary mode', () => {
  it('keeps its extensions, which are headers of any name', async () => {
    const headers = {
      ...{ 'ce-specversion': '1.0', 'ce-id': 'binary-1', 'ce-source': '/s', 'ce-type': 't.one' },
      ...{ 'ce-myextension': 'mine', 'content-type': 'application/json' },
      authorization: `Bearer ${env.CLOUDEVENTS_WEBHOOK_SECRET}`,
    };
    expect((await send({ path: 'webhooks/cloudevents', headers, body: '{"a":1}' })).status).toBe(
      202,
    );
    await vi.waitFor(async () => {
      const events = await read<EventSummary>('events?source=cloudevents&type=t.one');
      expect(events).toMatchObject([{ id: '/s|binary-1', fields: { myextension: 'mine' } }]);
    }, LATE);
  });
});

describe('the sources', () => {
  it('show which secret is in use and which may be retired', async () => {
    const { secrets } = await readSource('github');
    expect(secrets).toMatchObject([
      { setting: 'GITHUB_WEBHOOK_SECRET', isSet: true, hits: 2 },
      { setting: 'GITHUB_WEBHOOK_SECRET_2', isSet: false, hits: 0 },
    ]);
  });

  it('of one kind are told apart by their names and secrets', async () => {
    const sample = makeSample('github', () => env.ACME_WEBHOOK_SECRET ?? '');
    expect((await send(sample)).status).toBe(401);
    expect((await send({ ...sample, path: 'webhooks/github/acme' })).status).toBe(202);
    expect((await send({ ...sample, path: 'webhooks/github/nobody' })).status).toBe(404);
    expect((await send({ ...sample, path: 'webhooks/slack/acme' })).status).toBe(404);
    expect(await readSource('acme')).toMatchObject({ accepted: 1, path: '/webhooks/github/acme' });
  });

  it('show no secret, and the host has logged none', async () => {
    const shown = JSON.stringify(await read('sources')) + host.output();
    for (const name of SETTINGS) expect(shown).not.toContain(env[name]);
  });
});
