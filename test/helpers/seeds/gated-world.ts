import { type LocalQueue, Pump } from '../../../shared/heddle/adapters/embedded/pump.ts';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import type { Held } from '../../../shared/heddle/domain/limits.ts';
import { parseMessage } from '../../../shared/heddle/domain/message.ts';
import type { Run } from '../../../shared/heddle/domain/run.ts';
import { dispatch } from '../../../shared/heddle/pipeline/dispatch/dispatch.ts';
import { giveUpMessage } from '../../../shared/heddle/pipeline/dispatch/give-up-message.ts';
import type { SourceEvent } from '../../../shared/heddle/sources/source.ts';
import { createGate, type Gate, settle } from '../gated-actor.ts';
import { LOCK_MS, silent } from '../world.ts';
import type { Outside } from './outside.ts';
import { type Send, within } from './send.ts';
import { createSeedWorld, type SeedWorld } from './world.ts';

/** A world with one trigger of the file, whose runs last until the test ends them. */
export interface GatedWorld extends Pick<Gate, 'running' | 'end' | 'inputs'> {
  readonly outside: Outside;
  /** Sends an event under its own id, and lets its run start. */
  bring(id: string, type: string, data?: JsonObject): Promise<void>;
  /** Lets time pass and processes what falls due, polls included. */
  pass(seconds: number): Promise<void>;
  statusOf(id: string): Promise<Run['status'] | undefined>;
  heldOf(id: string): Promise<Held | undefined>;
  runIdOf(id: string): Promise<string | undefined>;
  inputHashOf(id: string): Promise<string | undefined>;
}

/** Renews locks, so that a run may last longer than one. */
export function createGatedWorld(
  trigger: string,
  source = 'emit',
  given: Partial<SourceEvent> = {},
): GatedWorld {
  const { actor, running, end, inputs } = createGate();
  const world = createSeedWorld({ only: [trigger], actor });
  const { pump, pollsEnd } = startPump(world);
  const wake = async () => {
    do {
      pump.wake();
      await settle();
    } while (await pollsEnd());
  };
  const find = async (id: string) => (await world.runs()).find((run) => run.eventId === id);
  return {
    ...{ running, inputs, outside: world.outside },
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
        await world.tick();
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

/** Waits for polls: they read disks and servers, which takes more than turns. */
function startPump({ queue, clock, engine }: SeedWorld) {
  const polls = new Set<Promise<unknown>>();
  const local: LocalQueue = {
    receive: (max) => queue.receive(max),
    complete: (message) => queue.complete(message),
    abandon: (message) => queue.abandon(message),
    renewLock: (message) => queue.renewLock(message),
    nextDueAt: () => undefined,
  };
  const handler = {
    handle: async (delivery: Parameters<typeof dispatch>[0]) => {
      const dispatched = dispatch(delivery, engine);
      if (parseMessage(delivery.body).kind === 'poll') polls.add(dispatched);
      await dispatched.finally(() => polls.delete(dispatched));
    },
    giveUp: (delivery: Parameters<typeof giveUpMessage>[0], reason: string) =>
      giveUpMessage(delivery, reason, engine),
  };
  const limits = { lockMs: LOCK_MS, concurrency: 16, maxDeliveries: 10 };
  const pump = new Pump({ queue: local, handler, clock, logger: silent, ...limits });
  pump.start();
  const pollsEnd = async () => (await Promise.all(polls)).length > 0;
  return { pump, pollsEnd };
}
