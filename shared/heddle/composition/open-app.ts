import type { Actors } from '../actors/actor.ts';
import { LogActor } from '../actors/log.ts';
import type { Registrations } from '../actors/registrations.ts';
import { createConsoleLogger } from '../adapters/console-logger.ts';
import { createSystemClock } from '../adapters/embedded/system-clock.ts';
import { fetchText } from '../adapters/http/fetch-text.ts';
import { createHttpClient } from '../adapters/http/http-client.ts';
import { checkHealth, type Health } from '../api/health.ts';
import { createRouteCaller, type RouteCaller } from '../api/routes/routes.ts';
import type { Config } from '../config/config.ts';
import { CONNECTION_STRINGS } from '../config/connector-settings.ts';
import { ConfigError } from '../errors/errors.ts';
import { SourceLog, TriggerLog } from '../pipeline/counts/index.ts';
import {
  InFlight,
  type LiveEngine,
  PollSlots,
  TriggerStates,
  TriggerVersions,
  withSnapshot,
} from '../pipeline/engine/index.ts';
import { createReceiver, type Receive } from '../pipeline/ingest/index.ts';
import type { Backend } from '../ports/backend.ts';
import type { Clock } from '../ports/clock.ts';
import type { HttpClient } from '../ports/http-client.ts';
import type { Logger } from '../ports/logger.ts';
import type { KindHead, SourceContext } from '../sources/source.ts';
import { TriggerCatalogue } from '../triggers/catalogue/index.ts';
import { type AssembledApp, assembleApp, type LoadedApp } from './assemble-app.ts';
import { createBuiltInActors } from './built-in-actors.ts';
import { createMessageService, driveQueue, type MessageService } from './message-service.ts';
import { type OpenBackend, openBackend } from './open-backend.ts';
import { openRuntime } from './open-runtime.ts';
import { type Definitions, type Origin, readDefinitions } from './read-definitions.ts';
import { createSources, listSources, refuse, warnOfUnverifiedSources } from './running-sources.ts';
import { type ScheduleClock, startSchedules } from './schedule-clock.ts';
import { SecretReader } from './secret-reader.ts';
import { loadAllKinds } from './source-kinds.ts';
import { continueResuming, findTriggerFaults } from './trigger-upkeep.ts';

/** The interface for functions/: the whole product without a host. */
export interface App extends MessageService, RouteCaller {
  readonly logger: Logger;
  /** Unix milliseconds of the clock that stamps and verifies events. */
  now(): number;
  /** Receives a webhook. */
  readonly receive: Receive;
  /** The kinds of sources that the app itself defines, which share one function. */
  readonly ownKinds: readonly KindHead[];
  /** Plans what is due on schedules, and logs that timers fire. */
  heartbeat(): Promise<void>;
  /**
   * Receives no more messages; resolves when runs in flight have ended and everything is on disk.
   */
  stop(): Promise<void>;
}

export interface AppParts extends LoadedApp {
  readonly backend?: Backend;
  readonly logger?: Logger;
  readonly fetchText?: SourceContext['fetchText'];
  /** Default: the machine's. Its backend must use the same. */
  readonly clock?: Clock;
  /** Reached by sinks and pollers. */
  readonly http?: HttpClient;
  /** In [0, 1). */
  readonly random?: () => number;
  /** Default: the triggers file or settings, as the configuration says. */
  readonly origin?: Origin;
}

/** The duration of a message's lock in Azure. */
const AZURE_LEASE_MS = 60_000;

/** Limit of a chain of runs that cause each other; a longer one looks like a loop. */
const MAX_DEPTH = 10;

/**
 * Settings with connection strings, which hold keys. Their values are redacted where a library
 * quotes one.
 */
const SECRET_SETTINGS = [
  ...['ServiceBus', 'Cosmos', 'AzureWebJobsStorage', 'WebPubSub', ...CONNECTION_STRINGS],
  'APPLICATIONINSIGHTS_CONNECTION_STRING',
];

/**
 * Opens the store, reads the triggers and begins to run queued messages. Modules that only this
 * needs are loaded here: on serverless the time until the functions are registered is the cold
 * start.
 * @throws {ConfigError} when the app or its triggers have faults, except in Azure, where the valid
 * ones run
 */
export async function openApp(config: Config, parts: AppParts = {}): Promise<App> {
  const { registrations: runtime, ...own } = assembleOwn(parts, config);
  const secrets = createSecretReader(config, runtime);
  const logger = parts.logger ?? createConsoleLogger(config.logLevel, secrets.redact);
  const { clock, http, random, origin } = withDefaults(config, parts);
  const world = await openBackend(config, { logger, backend: parts.backend });
  const builtIn = createBuiltInActors(world, { http, readSecret: secrets.read });
  const actors: Actors = { log: LogActor, ...builtIn, ...own.actors };
  const sinks = Object.keys(builtIn).filter((name) => actors[name] === builtIn[name]);
  const kinds = await loadAllKinds(own);
  const known = { actors: Object.keys(actors), sinks, kinds, runtime };
  const definitions = await readDefinitions(origin, known, config.isAzure);
  const { pollers, faults } = definitions;
  const reasons = [...own.faults, ...faults, ...config.settingFaults, ...toAzureFaults(config)];
  const hints = [...definitions.warnings, ...warnOfUnverifiedSources(definitions.sources)];
  for (const reason of [...reasons, ...hints]) logger.warn(reason);
  const kept = { store: world.backend.store, clock, logger };
  const log = new SourceLog(kept);
  const triggerLog = new TriggerLog(kept);
  const given = {
    catalogue: createCatalogue(definitions),
    actors,
    runtime,
    triggerLog,
    ...{ redact: secrets.redact, readSecret: secrets.read, random },
    http,
    probes: world.probes,
    pollers,
  };
  const onDuplicate = (source: string) => log.noteDuplicate(source);
  const engine = createEngine(config, world, { ...given, ...kept, onDuplicate });
  const context = { readSecret: secrets.read, fetchText: parts.fetchText ?? fetchText };
  const sources = createSources(definitions.sources, context);
  const receive = definitions.isReadable
    ? createReceiver(engine, { sources, log, isDispatching: config.isDispatching })
    : refuse;
  const closeRuntime = openRuntime(engine, definitions.isReadable);
  const isDispatching = mayDispatch(config, definitions, logger);
  if (isDispatching) driveQueue(engine, world.backend);
  const schedules = startSchedules(config, world.backend, engine);
  const resuming = isDispatching ? continueResuming(engine) : undefined;
  return {
    ...{ logger, receive, ownKinds: own.kinds, now: clock.now },
    ...createRouteCaller(() => ({
      ...{ engine: withSnapshot(engine), triggerLog },
      ...{ liveClients: world.liveClients, isAzure: config.isAzure },
      assertReadable: definitions.isReadable ? async () => {} : refuse,
      listSources: () => listSources(sources, log),
      checkHealth: () => checkAll(engine, reasons, schedules),
    })),
    ...createMessageService(engine, world.backend, definitions.isReadable),
    heartbeat: () => beat(engine, schedules, isDispatching),
    async stop() {
      await Promise.all([schedules.stop(), world.backend.halt?.(), resuming]);
      // Runs in flight have ended and been counted by now.
      await Promise.all([log.flush(), triggerLog.flush()]);
      await world.close();
      // Runs in flight could emit until now.
      closeRuntime();
    },
  };
}

/** Fills in the parts that only a test replaces. */
function withDefaults(config: Config, parts: AppParts) {
  const { clock = createSystemClock(config.fixedNow), random = Math.random } = parts;
  const { http = createHttpClient({ allow: config.azure.httpAllow }) } = parts;
  return { clock, random, http, origin: parts.origin ?? toOrigin(config) };
}

/** @throws {ConfigError} with every fault, except in Azure, where the sound parts run */
function assembleOwn(parts: LoadedApp, { isAzure }: Config): AssembledApp {
  const own = assembleApp(parts);
  if (own.faults.length === 0 || isAzure) return own;
  throw new ConfigError('The app cannot be used', own.faults);
}

/** Reads secrets of settings, and of endpoints in code. */
function createSecretReader(config: Config, { sources }: Registrations): SecretReader {
  const reader = new SecretReader(
    (setting) => sources.readSecret(setting) ?? config.readSecret(setting),
  );
  for (const setting of SECRET_SETTINGS) reader.read(setting);
  return reader;
}

type Given =
  | 'catalogue'
  | 'actors'
  | 'pollers'
  | 'http'
  | 'probes'
  | 'readSecret'
  | 'runtime'
  | 'triggerLog'
  | 'random'
  | 'redact'
  | 'onDuplicate';

function createEngine(
  { retentionDays, isAzure, lockMs, polls }: Config,
  { backend: { queue }, telemetry }: OpenBackend,
  given: Pick<LiveEngine, Given | 'store' | 'clock' | 'logger'>,
): LiveEngine {
  return {
    ...{ ...given, queue, telemetry, retentionDays },
    states: new TriggerStates(given),
    versions: new TriggerVersions(given),
    inFlight: new InFlight(),
    pollSlots: new PollSlots(polls, given.clock),
    leaseMs: isAzure ? AZURE_LEASE_MS : 2 * lockMs,
    maxDepth: MAX_DEPTH,
  };
}

function createCatalogue({ triggers, tools }: Definitions): TriggerCatalogue {
  const catalogue = new TriggerCatalogue();
  catalogue.replace('base', triggers, tools);
  return catalogue;
}

async function checkAll(
  live: LiveEngine,
  reasons: readonly string[],
  schedules: ScheduleClock,
): Promise<Health> {
  const engine = withSnapshot(live);
  const late = await schedules.findFaults();
  const faults = new Set([...reasons, ...(await findTriggerFaults(engine)), ...late]);
  return checkHealth(engine.queue, engine.triggers.listed.size, [...faults]);
}

/** Plans schedules first, so that a failure of the rest does not delay them. */
async function beat(
  engine: LiveEngine,
  schedules: ScheduleClock,
  isDispatching: boolean,
): Promise<void> {
  const { queue, logger, telemetry } = engine;
  telemetry?.count('heddle.heartbeats');
  await schedules.tick();
  const queued = await queue.depth();
  telemetry?.record('heddle.queue.depth', queued);
  logger.info('heartbeat', { queued });
  if (isDispatching) await continueResuming(engine);
}

function toOrigin({ triggersJson, triggersFile }: Config): Origin {
  return triggersJson === undefined ? { path: triggersFile } : { json: triggersJson };
}

/** False where definitions cannot be read: queued messages would fail for good without them. */
function mayDispatch(
  { isDispatching }: Config,
  { isReadable }: Definitions,
  logger: Logger,
): boolean {
  if (!isDispatching) {
    logger.warn('HEDDLE_DISPATCH is off: events are accepted and kept, nothing runs');
  } else if (!isReadable) {
    logger.error('The triggers and sources cannot be read: nothing is accepted, and nothing runs');
  }
  return isDispatching && isReadable;
}

function toAzureFaults({ isAzure, azure }: Config): readonly string[] {
  if (!isAzure || azure.backend) return [];
  return ['no Service Bus connection: events are kept on the disk of this instance alone'];
}
