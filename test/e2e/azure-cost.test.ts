import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HEDDLE_QUEUES } from '../emulators/service-bus/settings.ts';
import { type AzureBackend, startAzureBackend } from '../helpers/backend.ts';
import { createDelivery, findExample } from '../helpers/github.ts';
import { HeddleHost, prepareHeddle } from '../helpers/heddle-host.ts';

const TRIGGERS = 'triggers: [{ name: t, source: github, eventType: pull_request, actor: log }]';
const EVENTS = 50;
const opened = findExample('pull_request', 'opened');

/** Counts the requests of one event with one run, as stated in infra/README.md. */
describe('an event with one run', () => {
  let backend: AzureBackend;
  let host: HeddleHost;
  /** Counted before any read of the results. */
  let counted: AzureBackend['cosmos']['counts']['containers'];

  beforeAll(async () => {
    backend = await startAzureBackend({
      queues: HEDDLE_QUEUES,
    });
    host = await HeddleHost.start(prepareHeddle({ triggers: TRIGGERS, env: backend.env }));
    for (let number = 0; number < EVENTS; number++) {
      const { headers, body } = await createDelivery(opened.json, {
        event: 'pull_request',
        id: `event-${number}`,
      });
      expect((await host.post(headers, body)).status).toBe(202);
    }
    await host.drained();
    counted = structuredClone(backend.cosmos.counts.containers);
  });
  afterAll(() => backend[Symbol.asyncDispose]());

  it('has run', async () => {
    expect((await host.runs()).map(({ status }) => status)).toEqual(
      Array(EVENTS).fill('succeeded'),
    );
  });

  it('costs three writes in Cosmos DB, and no read', () => {
    expect(counted.events).toEqual({ create: EVENTS });
    expect(counted.runs).toEqual({ create: EVENTS, replace: EVENTS });
  });

  it('adds no more than a write each second for the counts of its source', () => {
    const { create = 0, replace = 0 } = counted.sources ?? {};
    expect(create + replace).toBeLessThan(EVENTS / 2);
  });

  it('costs one send, one receive and one completion in Service Bus', () => {
    expect(backend.serviceBus.counts.events).toMatchObject({
      ...{ sends: EVENTS, sendCalls: EVENTS, receives: EVENTS, completes: EVENTS },
      ...{ abandons: 0, renewals: 0, deadLetters: 0, scheduled: 0 },
    });
  });
});
