import type { Actors } from './actors/actor.ts';
import { actors as registeredActors } from './actors/registry.ts';
import { createSinkActors } from './actors/sinks/sink-actors.ts';
import { createConsoleLogger } from './adapters/console-logger.ts';
import { createSystemClock } from './adapters/embedded/system-clock.ts';
import { fetchText } from './adapters/fetch-text.ts';
import { createHttpClient } from './adapters/http-client.ts';
import { listDeadLetters } from './api/dead-letters.ts';
import {
  type EventDetail,
  type EventSummary,
  findRecord,
  getEvent,
  listEvents,
} from './api/events.ts';
import { checkHealth, type Health } from './api/health.ts';
import { createLiveUrl } from './api/live.ts';
import {
  getReplay,
  listReplays,
  parseEventReplay,
  parseQueryReplay,
  parseRunReplay,
  type ReplayRequest,
  type ReplayView,
  toReplayView,
} from './api/replays.ts';
import { getRun, listRuns } from './api/runs.ts';
import type { SourceView } from './api/sources.ts';
import { openWorld } from './backend.ts';
import type { Config } from './config.ts';
import { type Origin, readDefinitions } from './definitions.ts';
import type { DeadLetter } from './domain/dead-letter.ts';
import type { Run } from './domain/run.ts';
import { bury } from './pipeline/bury.ts';
import { resubmit } from './pipeline/dead-letters.ts';
import { dispatch } from './pipeline/dispatch.ts';
import type { Engine } from './pipeline/engine.ts';
import { buryHostMessage, type HostMessage, handleHostMessage } from './pipeline/host-messages.ts';
import { InFlight } from './pipeline/in-flight.ts';
import { createReceiver, type Receive } from './pipeline/receive.ts';
import { receiveQueueMessage } from './pipeline/receive-queue-message.ts';
import { type ReplayedEvent, replayEvent } from './pipeline/replay-event.ts';
import { abortReplay, resumeReplay, startReplay } from './pipeline/replay-jobs.ts';
import type { Preview } from './pipeline/replay-query.ts';
import { replayRun } from './pipeline/replay-run.ts';
import { SourceLog } from './pipeline/source-log.ts';
import { TriggerStates } from './pipeline/trigger-states.ts';
import { TriggerVersions } from './pipeline/trigger-versions.ts';
import type { Backend, Logger, Page } from './ports.ts';
import { createSources, listSources, refuseAll, toOpenDoors } from './running-sources.ts';
import { SecretBook } from './secret-book.ts';
import { loadKinds, sourceKinds } from './sources/kinds.ts';
import type { SourceContext } from './sources/source.ts';
import type { QueueMessage } from './sources/storage-queue.ts';

/** What functions/ calls: the whole product without a host. */
export interface App {
  readonly logger: Logger;
  /** Unix milliseconds, by the clock that events are stamped and verified with. */
  now(): number;
  /** Takes a webhook in. */
  readonly receive: Receive;
  /** Takes a message of a storage queue in. */
  receiveQueueMessage(message: QueueMessage): Promise<void>;
  /** Deals with a message of the event queue. Throws when it must come again. */
  handleMessage(message: HostMessage): Promise<void>;
  /** Deals with one that the queue has given up. Throws when it must come again. */
  buryMessage(message: HostMessage, reason: string): Promise<void>;
  /** Shows in the log that timers fire. */
  heartbeat(): Promise<void>;
  listEvents(query: URLSearchParams): Promise<Page<EventSummary>>;
  getEvent(id: string, source?: string): Promise<EventDetail>;
  listRuns(query: URLSearchParams): Promise<Page<Run>>;
  getRun(id: string): Promise<Run>;
  listDeadLetters(query: URLSearchParams): Promise<Page<DeadLetter>>;
  /** Starts the runs again that a dead letter has failed. */
  resubmit(deadLetterId: string): Promise<{ readonly runs: readonly string[] }>;
  replayRun(id: string, request: ReplayRequest): Promise<{ readonly runId: string }>;
  /** @param id the sender's */
  replayEvent(id: string, request: ReplayRequest): Promise<ReplayedEvent>;
  /** Replays what a query finds, or says how much that would be. */
  startReplay(request: ReplayRequest): Promise<ReplayView | Preview>;
  listReplays(query: URLSearchParams): Promise<Page<ReplayView>>;
  getReplay(id: string): Promise<ReplayView>;
  abortReplay(id: string): Promise<ReplayView>;
  resumeReplay(id: string): Promise<ReplayView>;
  listSources(): Promise<{ readonly items: readonly SourceView[] }>;
  /** The URL at which a page listens to what actors send with `web-pubsub`. */
  createLiveUrl(query: URLSearchParams): Promise<{ readonly url: string }>;
  health(): Promise<Health>;
  /** Takes no more messages; resolves when runs in flight have ended and everything is on disk. */
  stop(): Promise<void>;
}

export interface AppParts {
  readonly actors?: Actors;
  readonly backend?: Backend;
  readonly logger?: Logger;
  readonly fetchText?: SourceContext['fetchText'];
}

/** As long as a message is locked there. */
const AZURE_LEASE_MS = 60_000;

/** Runs that lead to each other, one by the other: more looks like a loop. */
const MAX_DEPTH = 10;

/** Connection strings hold keys: where a library quotes one, it is taken out. */
const SECRET_SETTINGS = [
  ...['ServiceBus', 'Cosmos', 'AzureWebJobsStorage', 'WebPubSub'],
  'APPLICATIONINSIGHTS_CONNECTION_STRING',
];

/**
 * Opens the store, reads the triggers and begins to run what is queued. What is needed only for that
 * is loaded only here: on serverless the time until the functions are registered is the cold start.
 * @throws {ConfigError} when the triggers have faults, except in Azure, where the sound ones run
 */
export async function openApp(config: Config, parts: AppParts = {}): Promise<App> {
  const secrets = new SecretBook(config.readSecret);
  const logger = parts.logger ?? createConsoleLogger(config.logLevel, secrets.redact);
  for (const setting of SECRET_SETTINGS) secrets.read(setting);
  const clock = createSystemClock(config.fixedNow);
  const world = await openWorld(config, { logger, backend: parts.backend });
  const http = createHttpClient({ allow: config.azure.httpAllow });
  const builtIn = createSinkActors({ sinks: world.sinks, http, readSecret: secrets.read });
  const actors = { ...builtIn, ...(parts.actors ?? registeredActors) };
  const known = { actors: Object.keys(actors), kinds: await loadKinds(sourceKinds) };
  const definitions = await readDefinitions(toOrigin(config), known, config.isAzure);
  const { triggers, faults } = definitions;
  const reasons = [...faults, ...config.settingFaults, ...toAzureFaults(config)];
  const hints = [...definitions.warnings, ...toOpenDoors(definitions.sources)];
  for (const reason of [...reasons, ...hints]) logger.warn(reason);
  const {
    telemetry,
    backend: { queue, store },
  } = world;
  const log = new SourceLog({ store, clock, logger });
  const onDuplicate = (source: string) => log.noteDuplicate(source);
  const tools = { clock, logger, onDuplicate, redact: secrets.redact, random: Math.random };
  const { retentionDays } = config;
  const kept = { store, clock, logger };
  const engine: Engine = {
    ...{ queue, store, triggers, actors, telemetry, retentionDays, ...tools },
    states: new TriggerStates(kept),
    versions: new TriggerVersions(kept),
    inFlight: new InFlight(),
    leaseMs: config.isAzure ? AZURE_LEASE_MS : 2 * config.lockMs,
    maxDepth: MAX_DEPTH,
  };
  const context = { readSecret: secrets.read, fetchText: parts.fetchText ?? fetchText };
  const sources = createSources(definitions.sources, context);
  const receive = definitions.isReadable
    ? createReceiver(engine, { sources, log, isDispatching: config.isDispatching })
    : refuseAll;
  startDispatch(config, world.backend, engine);
  const decode = world.backend.decode ?? (async (bytes) => Buffer.from(bytes).toString('utf8'));
  return {
    ...{ logger, receive, now: clock.now },
    receiveQueueMessage: (message) => receiveQueueMessage(engine, message),
    handleMessage: (message) => handleHostMessage(engine, decode, message),
    buryMessage: (message, reason) => buryHostMessage(engine, decode, message, reason),
    heartbeat: () => beat(engine),
    listEvents: (query) => listEvents(engine, query),
    getEvent: (id, source) => getEvent(engine, id, source),
    listRuns: (query) => listRuns(engine, query),
    getRun: (id) => getRun(engine, id),
    listDeadLetters: (query) => listDeadLetters(engine, query),
    resubmit: (id) => resubmit(engine, id),
    ...createReplaySide(engine),
    listSources: () => listSources(sources, log),
    createLiveUrl: (query) => createLiveUrl(world.sinks, query),
    health: () => checkHealth(engine.queue, triggers.size, reasons),
    async stop() {
      await log.flush();
      await world.close();
    },
  };
}

/** What callers ask for, as {@link App} has it. */
function createReplaySide(engine: Engine) {
  return {
    replayRun: async (id: string, request: ReplayRequest) =>
      replayRun(engine, id, parseRunReplay(request)),
    replayEvent: async (id: string, request: ReplayRequest) => {
      const { source, ...ask } = parseEventReplay(request);
      const { id: key } = await findRecord(engine, id, source);
      return replayEvent(engine, key, ask);
    },
    startReplay: async (request: ReplayRequest) => {
      const started = await startReplay(engine, parseQueryReplay(request, engine.clock.now()));
      return 'sample' in started ? started : toReplayView(started);
    },
    listReplays: (query: URLSearchParams) => listReplays(engine, query),
    getReplay: (id: string) => getReplay(engine, id),
    abortReplay: async (id: string) => toReplayView(await abortReplay(engine, id)),
    resumeReplay: async (id: string) => toReplayView(await resumeReplay(engine, id)),
  };
}

async function beat({ queue, logger, telemetry }: Engine): Promise<void> {
  telemetry?.count('heddle.heartbeats');
  const queued = await queue.depth();
  telemetry?.record('heddle.queue.depth', queued);
  logger.info('heartbeat', { queued });
}

function toOrigin({ triggersJson, triggersFile }: Config): Origin {
  return triggersJson === undefined ? { path: triggersFile } : { json: triggersJson };
}

function startDispatch({ isDispatching }: Config, backend: Backend, engine: Engine): void {
  if (!isDispatching) {
    engine.logger.warn('HEDDLE_DISPATCH is off: events are taken in and kept, nothing runs');
    return;
  }
  backend.drive?.({
    handle: async (delivery) => void (await dispatch(delivery, engine)),
    bury: (delivery, reason) => bury(delivery, reason, engine),
  });
}

function toAzureFaults({ isAzure, azure }: Config): readonly string[] {
  if (!isAzure || azure.backend) return [];
  return ['no Service Bus connection: events are kept on the disk of this instance alone'];
}
