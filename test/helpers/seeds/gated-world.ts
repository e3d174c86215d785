import { type LocalQueue, Pump } from '../../../shared/adapters/embedded/pump.ts';
import type { JsonObject } from '../../../shared/domain/json.ts';
import type { Held } from '../../../shared/domain/limits.ts';
import type { Run } from '../../../shared/domain/run.ts';
import { bury } from '../../../shared/pipeline/bury.ts';
import { dispatch } from '../../../shared/pipeline/dispatch.ts';
import type { SourceEvent } from '../../../shared/sources/source.ts';
import { createGate, type Gate, settle } from '../gated-actor.ts';
import { LOCK_MS, silent } from '../world.ts';
import { type Send, within } from './send.ts';
import { createSeedWorld, type SeedWorld } from './world.ts';

/** A world of one trigger of the file, whose runs go on until the test ends them. */
export interface GatedWorld extends Pick<Gate, 'running' | 'end' | 'inputs'> {
  /** Brings an event under an id of its own, and lets its run begin. */
  bring(id: string, type: string, data?: JsonObject): Promise<void>;
  pass(seconds: number): Promise<void>;
  statusOf(id: string): Promise<Run['status'] | undefined>;
  heldOf(id: string): Promise<Held | undefined>;
  runIdOf(id: string): Promise<string | undefined>;
  inputHashOf(id: string): Promise<string | undefined>;
}

/** Locks are renewed, so that a run may go on for longer than one lasts. */
export function createGatedWorld(
  trigger: string,
  source: string,
  given: Partial<SourceEvent> = {},
): GatedWorld {
  const { actor, running, end, inputs } = createGate();
  const world = createSeedWorld({ only: [trigger], actor });
  const pump = startPump(world);
  const wake = async () => {
    pump.wake();
    await settle();
  };
  const find = async (id: string) => (await world.runs()).find((run) => run.eventId === id);
  return {
    ...{ running, inputs },
    async bring(id, type, data = {}) {
      const send: Send = within(source, type, { ...given, id, data });
      await send(world);
      await wake();
    },
    async end(id) {
      await end(id);
      await wake();
    },
    async pass(seconds) {
      for (let left = seconds; left > 0; left--) {
        await world.clock.advance(1000);
        await wake();
      }
    },
    statusOf: async (id) => (await find(id))?.status,
    async heldOf(id) {
      const run = await find(id);
      return run?.status === 'queued' || run?.status === 'skipped' ? run.held : undefined;
    },
    runIdOf: async (id) => (await find(id))?.id,
    inputHashOf: async (id) => (await find(id))?.slots?.[0]?.inputHash,
  };
}

function startPump({ queue, clock, engine }: SeedWorld): Pump {
  const local: LocalQueue = {
    receive: (max) => queue.receive(max),
    complete: (message) => queue.complete(message),
    abandon: (message) => queue.abandon(message),
    renewLock: (message) => queue.renewLock(message),
    nextDueAt: () => undefined,
  };
  const handler = {
    handle: async (delivery: Parameters<typeof dispatch>[0]) => {
      await dispatch(delivery, engine);
    },
    bury: (delivery: Parameters<typeof bury>[0], reason: string) => bury(delivery, reason, engine),
  };
  const limits = { lockMs: LOCK_MS, concurrency: 16, maxDeliveries: 10 };
  const pump = new Pump({ queue: local, handler, clock, logger: silent, ...limits });
  pump.start();
  return pump;
}
