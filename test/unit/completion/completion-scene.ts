import type { RunOf } from '../../../shared/heddle/domain/run.ts';
import {
  createQueuedRun,
  createRunningRun,
  type NewRun,
} from '../../../shared/heddle/domain/run-transitions.ts';
import { createSlot } from '../../../shared/heddle/pipeline/concurrency/slot-state.ts';
import { LIMIT_STATES, RUNS, WAITERS } from '../../../shared/heddle/ports/collections.ts';
import { createNewRun, createRecordingLogger } from '../../helpers/factories.ts';
import { createRecordingTelemetry } from '../../helpers/recording-telemetry.ts';
import { createWorld, toTriggers } from '../../helpers/world.ts';

export const SLOT = createSlot('t', 1, 'slots', '');

/** Recorded runs of trigger `t`, with no process that executes them. */
export function createCompletionScene(written: object = {}, ...others: readonly object[]) {
  const telemetry = createRecordingTelemetry();
  const triggers = toTriggers({ name: 't', actor: 'log', ...written }, ...others);
  const world = createWorld(triggers, {}, { telemetry, losesTriggers: true });
  const logger = createRecordingLogger();
  const { engine, clock } = world;
  Object.assign(engine, { logger });
  const at = () => new Date(clock.now()).toISOString();
  const toFresh = (id: string, more: Partial<NewRun> = {}) =>
    createNewRun({ id, trigger: 't', slots: [{ id: SLOT.id, max: 1 }], ...more });
  return {
    ...{ world, engine, clock, telemetry, logger, at },
    async queued(id: string, more: Partial<RunOf<'queued'>> = {}): Promise<RunOf<'queued'>> {
      const run = { ...createQueuedRun(toFresh(id), at()), ...more };
      await engine.store.create(RUNS, run);
      return run;
    },
    async running(id: string, more: Partial<NewRun> = {}) {
      const run = createRunningRun(toFresh(id, more), { sequence: 1, delivery: 1 }, at());
      return { document: run, etag: (await engine.store.create(RUNS, run)).etag };
    },
    async hold(runId: string, attempt = 1): Promise<void> {
      const holder = {
        runId,
        attempt,
        until: new Date(clock.now() + engine.leaseMs).toISOString(),
      };
      const about = { id: SLOT.id, trigger: 't', updatedAt: at() };
      await engine.store.create(LIMIT_STATES, { ...about, kind: 'slots', holders: [holder] });
    },
    async wait(...ids: readonly string[]): Promise<void> {
      for (const id of ids) {
        await engine.store.create(WAITERS, { id, slot: SLOT.id, attempt: 1, turn: `turn ${id}` });
      }
    },
    async waiters(): Promise<readonly string[]> {
      return (await engine.store.list(WAITERS, { limit: 100 })).items.map(({ id }) => id).sort();
    },
    async holders(): Promise<readonly string[]> {
      const found = (await engine.store.read(LIMIT_STATES, SLOT.id))?.document;
      return found?.kind === 'slots' ? found.holders.map(({ runId }) => runId) : [];
    },
    async statuses(): Promise<Record<string, string>> {
      return Object.fromEntries((await world.runs()).map(({ id, status }) => [id, status]));
    },
    /** Completion events in the queue. */
    async announced(): Promise<readonly unknown[]> {
      const bodies = (await world.queue.receive(32)).map(({ body }) => JSON.parse(body));
      return bodies.filter(({ kind }) => kind === 'event').map(({ event }) => event.type);
    },
  };
}

export type CompletionScene = ReturnType<typeof createCompletionScene>;
