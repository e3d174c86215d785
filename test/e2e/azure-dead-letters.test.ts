import { describe, expect, it, onTestFinished } from 'vitest';
import type { DeadLetter } from '../../shared/heddle/domain/dead-letter.ts';
import { type AzureBackend, startAzureBackend } from '../helpers/backend.ts';
import { type FeatureApp, prepareFeatureApp, push } from '../helpers/feature-app.ts';
import { HeddleHost } from '../helpers/heddle-host.ts';

/** Queues that give a message up after two deliveries. */
const queues = [
  { name: 'events', lockMs: 2000, maxDeliveryCount: 2 },
  { name: 'events-ordered', lockMs: 2000, maxDeliveryCount: 2, requiresSession: true },
  { name: 'events-urgent', lockMs: 2000, maxDeliveryCount: 2 },
];

async function prepare(
  triggers: string,
  options: Parameters<typeof startAzureBackend>[0],
): Promise<{ readonly backend: AzureBackend; readonly app: FeatureApp }> {
  const backend = await startAzureBackend(options);
  onTestFinished(() => backend[Symbol.asyncDispose]());
  return { backend, app: prepareFeatureApp({ triggers, env: backend.env }) };
}

async function listDeadLetters(host: HeddleHost): Promise<readonly DeadLetter[]> {
  return (await host.get<{ items: readonly DeadLetter[] }>('api/v1/dead-letters')).items;
}

async function resubmit(host: HeddleHost, { id }: Pick<DeadLetter, 'id'>) {
  const url = `${host.process.url}/api/v1/dead-letters/${id}/resubmit`;
  const answer = await fetch(url, { method: 'POST' });
  return { status: answer.status, body: await answer.json() };
}

describe('a message that is given up', () => {
  it('because its process dies at every delivery leaves a failed run, which can be started again', async () => {
    const triggers = 'triggers: [{ name: t, source: github, eventType: push, actor: crash }]';
    const { app, backend } = await prepare(triggers, { queues });
    const first = await HeddleHost.start(app);
    expect((await push(first, 'fatal', { number: 1 })).status).toBe(202);
    expect((await first.process.exited).exitCode).toBeNull();
    const second = await HeddleHost.start(app);
    expect((await second.process.exited).exitCode).toBeNull();
    const third = await HeddleHost.start(app);
    await expect.poll(() => listDeadLetters(third), { timeout: 15_000 }).toHaveLength(1);
    expect(backend.serviceBus.counts.events).toMatchObject({ receives: 2, deadLetters: 1 });

    const [letter] = await listDeadLetters(third);
    const [run, ...others] = await third.runs();
    expect(others).toEqual([]);
    expect(run).toMatchObject({
      ...{ eventId: 'fatal', status: 'failed', error: { code: 'deliveries_exhausted' } },
      attempts: [{ outcome: 'interrupted' }, { outcome: 'interrupted' }],
    });
    expect(letter).toMatchObject({
      ...{ kind: 'event', eventKey: run?.eventKey, runIds: [run?.id] },
      reason: expect.stringContaining('MaxDeliveryCountExceeded'),
    });
    expect(app.lines().map(({ runId }) => runId)).toEqual([run?.id, run?.id]);

    app.release();
    expect(await resubmit(third, letter ?? { id: '' })).toEqual({
      ...{ status: 200, body: { runs: [run?.id] } },
    });
    await third.drained();
    expect(await third.runs()).toMatchObject([
      { id: run?.id, status: 'succeeded', output: 'survived', attempts: { length: 3 } },
    ]);
    expect(await listDeadLetters(third)).toEqual([]);
    expect(await resubmit(third, letter ?? { id: '' })).toMatchObject({
      ...{ status: 404, body: { code: 'dead_letter_unknown' } },
    });
  });

  it('because nothing can be recorded leaves what is known once that is possible again', async () => {
    const triggers = `triggers:
      - { name: plain, source: github, eventType: push, actor: log }
      - { name: ordered, source: github, eventType: push, actor: log, orderingKey: '{{ event.key }}' }`;
    const { app, backend } = await prepare(triggers, { queues });
    const host = await HeddleHost.start(app);
    const { faults } = backend.cosmos;
    faults.next(Number.POSITIVE_INFINITY, { status: 503 }, { kind: 'create', container: 'runs' });
    expect((await push(host, 'unlucky', { key: 'k' })).status).toBe(202);
    const deadLetters = () => {
      const { events, 'events-ordered': ordered } = backend.serviceBus.counts;
      return [events?.deadLetters, ordered?.deadLetters];
    };
    await expect.poll(deadLetters, { timeout: 25_000 }).toEqual([1, 1]);
    expect(await host.runs()).toEqual([]);
    faults.stop();
    await expect.poll(() => listDeadLetters(host), { timeout: 15_000 }).toHaveLength(2);

    const failed = await host.runs();
    expect(failed.map(({ trigger }) => trigger).toSorted()).toEqual(['ordered', 'plain']);
    for (const run of failed) {
      expect(run).toMatchObject({ status: 'failed', error: { code: 'deliveries_exhausted' } });
    }
    const letters = await listDeadLetters(host);
    const ids = letters.flatMap(({ runIds }) => runIds);
    expect(ids.toSorted()).toEqual(failed.map(({ id }) => id).toSorted());
    for (const letter of letters) {
      const answer = { status: 200, body: { runs: letter.runIds } };
      expect(await resubmit(host, letter)).toEqual(answer);
    }
    await host.drained();
    const runs = await host.runs();
    expect(runs.map(({ status }) => status)).toEqual(['succeeded', 'succeeded']);
    expect(await listDeadLetters(host)).toEqual([]);
  });
});
