import type { Event } from '../../../shared/heddle/domain/event.ts';
import type { Run, RunOf } from '../../../shared/heddle/domain/run.ts';
import { createQueuedRun } from '../../../shared/heddle/domain/run-transitions.ts';
import type { Trigger } from '../../../shared/heddle/domain/trigger.ts';
import type { Gate, Passing } from '../../../shared/heddle/pipeline/limits/gate.ts';
import { LIMIT_STATES, RUNS, WAITERS } from '../../../shared/heddle/ports/collections.ts';
import { createEvent, createNewRun, createRecordingLogger } from '../../helpers/factories.ts';
import { createRecordingTelemetry } from '../../helpers/recording-telemetry.ts';
import { createWorld, toTriggers } from '../../helpers/world.ts';

/** One trigger `t`, and recorded runs of it that a test leads to a gate. */
export function createLimitsScene(written: object = {}) {
  const [trigger] = toTriggers({ name: 't', actor: 'log', ...written }) as [Trigger];
  const telemetry = createRecordingTelemetry();
  const world = createWorld([trigger], {}, { telemetry });
  const logger = createRecordingLogger();
  const engine = Object.assign(world.engine, { logger });
  const at = (ms = 0) => new Date(world.clock.now() + ms).toISOString();
  const signal = new AbortController().signal;
  const delivery = { id: 'm', body: '', sequence: 1, deliveryCount: 1, signal };

  async function put(id: string, more: Partial<RunOf<'queued'>> = {}) {
    const run = { ...createQueuedRun(createNewRun({ id, trigger: 't' }), at()), ...more };
    const { etag } = await world.store.create<Run>(RUNS, run);
    return { document: run, etag };
  }

  async function pass(id: string, more: Partial<RunOf<'queued'>> = {}, event?: Partial<Event>) {
    const stored = await put(id, more);
    return { stored, slots: [], trigger, event: createEvent(event), delivery } satisfies Passing;
  }

  return {
    ...{ world, engine, clock: world.clock, trigger, telemetry, logger, at, put, pass, delivery },
    async check(gate: Gate, id: string, more: Partial<RunOf<'queued'>> = {}, event = {}) {
      return gate.check(engine, await pass(id, more, event));
    },
    read: async (id: string) => (await world.store.read(RUNS, id))?.document,
    waiters: async () => (await world.store.list(WAITERS, { limit: 100 })).items,
    async holders(slot: string): Promise<readonly string[]> {
      const found = (await world.store.read(LIMIT_STATES, slot))?.document;
      return found?.kind === 'slots' ? found.holders.map(({ runId }) => runId) : [];
    },
    /** Messages that are due by now. */
    async due() {
      return (await world.queue.receive(32)).map(({ id, body, orderingKey }) => ({
        ...{ id, ...JSON.parse(body) },
        ...(orderingKey === undefined ? {} : { orderingKey }),
      }));
    },
  };
}

export const FAILED = {
  ...{ attempt: 1, startedAt: '2026-01-01T00:00:00.000Z', endedAt: '2026-01-01T00:00:00.000Z' },
  outcome: 'failed' as const,
};
