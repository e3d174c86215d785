import { ServiceBusClient } from '@azure/service-bus';
import { expect, it, onTestFinished } from 'vitest';
import { type MetricRow, readAlertQueries, toRowFilter } from '../helpers/alert-queries.ts';
import { type AzureBackend, startAzureBackend } from '../helpers/backend.ts';
import { prepareFeatureApp, push } from '../helpers/feature-app.ts';
import { HeddleHost } from '../helpers/heddle-host.ts';
import { type Ingestion, startIngestion } from '../helpers/ingestion.ts';

/** The actor does not take what GitHub sends here, so its run fails for good. */
const triggers = 'triggers: [{ name: doomed, source: github, eventType: push, actor: step }]';

interface Scene {
  readonly host: HeddleHost;
  readonly backend: AzureBackend;
  /** What has arrived of the rows that an alert's query asks for. */
  rows(alert: string): Promise<readonly MetricRow[]>;
}

async function start(): Promise<Scene> {
  const [backend, ingestion] = await Promise.all([startAzureBackend(), startIngestion()]);
  onTestFinished(() => backend[Symbol.asyncDispose]());
  const telemetry = {
    APPLICATIONINSIGHTS_CONNECTION_STRING: ingestion.connectionString,
    NODE_TLS_REJECT_UNAUTHORIZED: '0',
  };
  const env = { ...backend.env, ...telemetry };
  const host = await HeddleHost.start(prepareFeatureApp({ triggers, env }));
  return { host, backend, rows: (alert) => findRows(ingestion, alert) };
}

async function findRows({ metrics }: Ingestion, alert: string): Promise<readonly MetricRow[]> {
  const query = (await readAlertQueries()).find(({ name }) => name === alert)?.query ?? '';
  return metrics().filter(toRowFilter(query));
}

it('a run that fails raises its alert, with its trigger, and not that of dead letters', async () => {
  const { host, rows } = await start();
  expect((await push(host, 'bad', { number: 'one' })).status).toBe(202);
  await expect
    .poll(() => rows('failed-runs'))
    .toMatchObject([
      { sum: 1, properties: { trigger: 'doomed', actor: 'step', outcome: 'failed' } },
    ]);
  expect(await host.runs()).toMatchObject([{ status: 'failed' }]);
  await host.process.stop();
  expect(await rows('failed-runs')).toHaveLength(1);
  expect(await rows('dead-letters')).toEqual([]);
});

it('a message that is given up raises the alert of dead letters, and no other', async () => {
  const { host, backend, rows } = await start();
  const client = new ServiceBusClient(backend.serviceBus.connectionString);
  onTestFinished(() => client.close());
  await client.createSender('events').sendMessages({ body: 'not one of Heddle' });
  await expect
    .poll(() => rows('dead-letters'))
    .toMatchObject([{ sum: 1, properties: { kind: 'unreadable' } }]);
  await host.process.stop();
  expect(await rows('failed-runs')).toEqual([]);
});

it('a heartbeat is sent with its function, and keeps its alert from being raised', async () => {
  const { host, rows } = await start();
  await host.health();
  const response = await fetch(`${host.process.url}/admin/functions/heartbeat`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  expect(response.status).toBe(202);
  await expect.poll(async () => (await rows('missing-heartbeat')).length).toBeGreaterThan(0);
  for (const { sum } of await rows('missing-heartbeat')) expect(sum).toBeGreaterThanOrEqual(1);
});
