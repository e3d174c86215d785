import type { Actors } from '../../shared/heddle/actors/actor.ts';
import type { Pollers } from '../../shared/heddle/actors/poller.ts';
import type { Registrations } from '../../shared/heddle/actors/registrations.ts';
import { SqliteDatabase } from '../../shared/heddle/adapters/embedded/database.ts';
import { SqliteQueue } from '../../shared/heddle/adapters/embedded/sqlite-queue.ts';
import { SqliteStore } from '../../shared/heddle/adapters/embedded/sqlite-store.ts';
import { openRuntime } from '../../shared/heddle/composition/open-runtime.ts';
import { SecretReader } from '../../shared/heddle/composition/secret-reader.ts';
import type { DeadLetter } from '../../shared/heddle/domain/dead-letter.ts';
import type { Event } from '../../shared/heddle/domain/event.ts';
import type { EventRecord } from '../../shared/heddle/domain/event-record.ts';
import { toEventKey } from '../../shared/heddle/domain/ids.ts';
import type { Run } from '../../shared/heddle/domain/run.ts';
import { type Trigger, TriggerSchema } from '../../shared/heddle/domain/trigger.ts';
import { TriggerLog } from '../../shared/heddle/pipeline/counts/trigger-log.ts';
import { dispatch } from '../../shared/heddle/pipeline/dispatch/dispatch.ts';
import { giveUpMessage } from '../../shared/heddle/pipeline/dispatch/give-up-message.ts';
import { type Engine, withSnapshot } from '../../shared/heddle/pipeline/engine/engine.ts';
import { InFlight } from '../../shared/heddle/pipeline/engine/in-flight.ts';
import { PollSlots } from '../../shared/heddle/pipeline/engine/poll-slots.ts';
import { TriggerStates } from '../../shared/heddle/pipeline/engine/trigger-states.ts';
import { TriggerVersions } from '../../shared/heddle/pipeline/engine/trigger-versions.ts';
import { DEAD_LETTERS, EVENTS, RUNS } from '../../shared/heddle/ports/collections.ts';
import type { DocumentStore } from '../../shared/heddle/ports/document-store.ts';
import type {
  EventQueue,
  MessageReceiver,
  ReceivedMessage,
} from '../../shared/heddle/ports/event-queue.ts';
import type { HttpClient } from '../../shared/heddle/ports/http-client.ts';
import type { Logger } from '../../shared/heddle/ports/logger.ts';
import type { Probes } from '../../shared/heddle/ports/probes.ts';
import type { Telemetry } from '../../shared/heddle/ports/telemetry.ts';
import type { TriggerCatalogue } from '../../shared/heddle/triggers/catalogue/trigger-catalogue.ts';
import type { MatchTools } from '../../shared/heddle/triggers/conditions/match-tools.ts';
import { createCatalogue } from './catalogue.ts';
import { expectExplained } from './explained.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';
import { createMatchTools } from './match-tools.ts';

export const silent: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

export const LOCK_MS = 10_000;

/** Stands for the death of the process: its next action has not happened. */
export class Crash extends Error {}

/** Counts writes and crashes at the chosen one, before or after it. */
export class CrashPlan {
  writes = 0;
  #isDead = false;
  readonly #at: number;
  readonly #when: 'before' | 'after';

  constructor(at = Number.POSITIVE_INFINITY, when: 'before' | 'after' = 'after') {
    this.#at = at;
    this.#when = when;
  }

  get hasCrashed(): boolean {
    return this.#isDead;
  }

  async around<T>(isWrite: boolean, act: () => Promise<T>): Promise<T> {
    if (this.#isDead) throw new Crash();
    const isFatal = isWrite && ++this.writes === this.#at;
    if (isFatal && this.#when === 'before') this.#die();
    const result = await act();
    if (isFatal) this.#die();
    return result;
  }

  #die(): never {
    this.#isDead = true;
    throw new Crash();
  }
}

const READS = new Set(['read', 'list', 'receive', 'depth']);

/** Wraps a port so that its calls follow the current plan. */
export function crashable<T extends object>(port: T, plan: () => CrashPlan): T {
  return new Proxy(port, {
    get(target, name) {
      const method = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return (...parameters: unknown[]) =>
        plan().around(!READS.has(String(name)), () => method.apply(target, parameters));
    },
  });
}

/** An app's engine that also stands for one of its deliveries, with the triggers as they are. */
export interface WorldEngine extends Engine {
  readonly catalogue: TriggerCatalogue;
}

export interface World {
  readonly clock: FakeClock;
  readonly queue: EventQueue & MessageReceiver;
  readonly store: DocumentStore;
  readonly engine: WorldEngine;
  /** Enqueues the event as ingest does. */
  send(event: Event): Promise<void>;
  /** Handles each due message once; a crash ends it. @returns the number of messages */
  work(plan?: CrashPlan): Promise<number>;
  /**
   * Lets time pass and works until nothing is left, with crashes as planned, one after the other.
   */
  drain(plans?: readonly CrashPlan[]): Promise<void>;
  /** Makes the process crash as planned, outside `work` too. */
  crashNext(plan: CrashPlan): void;
  runs(): Promise<readonly Run[]>;
  events(): Promise<readonly EventRecord[]>;
  deadLetters(): Promise<readonly DeadLetter[]>;
}

export function toTriggers(...triggers: readonly object[]): readonly Trigger[] {
  return triggers.map((trigger) => TriggerSchema.parse({ source: 'github', ...trigger }));
}

export interface WorldParts {
  readonly telemetry?: Telemetry;
  readonly pollers?: Pollers;
  /** Reached by pollers; by default HTTP answers 200, and there are no queues or blobs. */
  readonly http?: HttpClient;
  readonly probes?: Probes;
  /** App settings. Values that were read are redacted from what is stored and shown. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly code?: MatchTools['code'];
  /** Registrations in code, whose triggers come after the others. */
  readonly runtime?: { readonly registrations: Registrations };
  /** Flushes the counts of runs by the clock too. */
  readonly isCounting?: boolean;
  /** The test takes triggers out: its events need no decision of those that it began with. */
  readonly losesTriggers?: boolean;
}

const ANSWERING: HttpClient = { send: async () => ({ status: 200, headers: {}, body: '' }) };
const EMPTY: Probes = {
  depth: async () => 0,
  async *listBlobs() {},
};

/** The engine over the embedded adapters in memory, on a clock that the test moves. */
export function createWorld(
  given: readonly Trigger[],
  actors: Actors,
  {
    telemetry,
    runtime,
    pollers = {},
    http = ANSWERING,
    probes = EMPTY,
    settings = {},
    code = runtime?.registrations.code,
    isCounting = false,
    losesTriggers = false,
  }: WorldParts = {},
): World {
  const triggers = [...given, ...toTriggers(...(runtime?.registrations.toTriggers() ?? []))];
  const clock = createFakeClock();
  const database = SqliteDatabase.open(':memory:');
  const queue = new SqliteQueue(database, { clock, lockMs: LOCK_MS });
  const store = new SqliteStore(database, { clock });
  const held: Readonly<Record<string, string>> = { A_SECRET: 'top-secret-value', ...settings };
  const secrets = new SecretReader((setting) => ({ setting, value: held[setting] ?? '' }));
  secrets.read('A_SECRET');
  let current = new CrashPlan();
  const engine: WorldEngine = {
    queue: crashable<EventQueue>(queue, () => current),
    store: crashable<DocumentStore>(store, () => current),
    clock,
    logger: silent,
    catalogue: createCatalogue(triggers, createMatchTools(code)),
    get triggers() {
      return this.catalogue.snapshot();
    },
    presentTrigger: (name) => engine.triggers.get(name),
    actors,
    pollers,
    http,
    probes,
    readSecret: secrets.read,
    random: () => 0.5,
    states: new TriggerStates({ store, clock, logger: silent }),
    versions: new TriggerVersions({ store, clock }),
    inFlight: new InFlight(),
    pollSlots: new PollSlots(8, clock),
    leaseMs: 2 * LOCK_MS,
    maxDepth: 10,
    retentionDays: 30,
    redact: secrets.redact,
    telemetry,
    triggerLog: isCounting ? new TriggerLog({ store, clock, logger: silent }) : undefined,
    runtime: runtime?.registrations,
  };
  openRuntime(engine, true);
  if (!losesTriggers) expectExplained({ ...engine, store });

  async function settle(message: ReceivedMessage): Promise<void> {
    const delivery = { ...message, signal: new AbortController().signal };
    const own = withSnapshot(engine);
    if (message.deliveryCount > 10) await giveUpMessage(delivery, 'delivered too often', own);
    else await dispatch(delivery, own);
    await crashable<MessageReceiver>(queue, () => current).complete(message);
  }

  async function work(plan = new CrashPlan()): Promise<number> {
    current = plan;
    const messages = await queue.receive(16);
    const results = await Promise.allSettled(messages.map(settle));
    for (const result of results) {
      if (result.status === 'rejected' && !plan.hasCrashed) throw result.reason;
    }
    return messages.length;
  }

  return {
    ...{ clock, queue, store, engine, work },
    async send(event) {
      const body = JSON.stringify({ kind: 'event', event });
      await queue.send([{ id: `event:${toEventKey(event.source, event.id)}`, body }]);
    },
    async drain(plans = []) {
      const left = [...plans];
      for (let idle = 0; idle < 60 && (await queue.depth()) > 0; idle++) {
        if ((await work(left.shift())) > 0) idle = 0;
        await clock.advance(LOCK_MS + 1);
      }
    },
    crashNext(plan) {
      current = plan;
    },
    runs: async () => (await store.list(RUNS, { limit: 1000 })).items,
    events: async () => (await store.list(EVENTS, { limit: 1000 })).items,
    deadLetters: async () => (await store.list(DEAD_LETTERS, { limit: 1000 })).items,
  };
}
