import type { Actors } from '../actors/actor.ts';
import type { AppDefinition } from '../actors/define-app.ts';
import { LogActor } from '../actors/log.ts';
import type { Registrations } from '../actors/registrations.ts';
import { createRuntime } from '../actors/runtime.ts';
import { createSinkActors } from '../actors/sinks/sink-actors.ts';
import { createConsoleLogger } from '../adapters/console-logger.ts';
import { createSystemClock } from '../adapters/embedded/system-clock.ts';
import { fetchText } from '../adapters/http/fetch-text.ts';
import { createHttpClient } from '../adapters/http/http-client.ts';
import { checkHealth, type Health } from '../api/health.ts';
import { createRouteCaller, type RouteCaller } from '../api/routes/routes.ts';
import type { Config } from '../config/config.ts';
import { SourceLog, TriggerLog } from '../pipeline/counts/index.ts';
import type { Engine } from '../pipeline/engine/index.ts';
import { InFlight, PollSlots, TriggerStates, TriggerVersions } from '../pipeline/engine/index.ts';
import { createReceiver, type Receive } from '../pipeline/ingest/index.ts';
import type { Backend } from '../ports/backend.ts';
import type { Logger } from '../ports/logger.ts';
import { loadKinds, sourceKinds } from '../sources/kinds.ts';
import type { SourceContext } from '../sources/source.ts';
import { createMessageService, driveQueue, type MessageService } from './message-service.ts';
import { type OpenBackend, openBackend } from './open-backend.ts';
import { openRuntime } from './open-runtime.ts';
import { type Definitions, type Origin, readDefinitions } from './read-definitions.ts';
import { createSources, listSources, refuse, warnOfUnverifiedSources } from './running-sources.ts';
import { type ScheduleClock, startSchedules } from './schedule-clock.ts';
import { SecretReader } from './secret-reader.ts';
import { continueResuming, findTriggerFaults } from './trigger-upkeep.ts';

/** The interface for functions/: the whole product without a host. */
export interface App extends MessageService, RouteCaller {
  readonly logger: Logger;
  /** Unix milliseconds of the clock that stamps and verifies events. */
  now(): number;
  /** Receives a webhook. */
  readonly receive: Receive;
  /** Plans what is due on schedules, and logs that timers fire. */
  heartbeat(): Promise<void>;
  /**
   * Receives no more messages; resolves when runs in flight have ended and everything is on disk.
   */
  stop(): Promise<void>;
}

export interface AppParts extends AppDefinition {
  readonly backend?: Backend;
  readonly logger?: Logger;
  readonly fetchText?: SourceContext['fetchText'];
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
  ...['ServiceBus', 'Cosmos', 'AzureWebJobsStorage', 'WebPubSub'],
  'APPLICATIONINSIGHTS_CONNECTION_STRING',
];

/**
 * Opens the store, reads the triggers and begins to run queued messages. Modules that only this
 * needs are loaded here: on serverless the time until the functions are registered is the cold
 * start.
 * @throws {ConfigError} when triggers have faults, except in Azure, where the valid ones run
 */
export async function openApp(config: Config, parts: AppParts = {}): Promise<App> {
  const { registrations: runtime } = parts.runtime ?? createRuntime();
  const secrets = createSecretReader(config, runtime);
  const logger = parts.logger ?? createConsoleLogger(config.logLevel, secrets.redact);
  const clock = createSystemClock(config.fixedNow);
  const world = await openBackend(config, { logger, backend: parts.backend });
  const http = createHttpClient({ allow: config.azure.httpAllow });
  const builtIn = createSinkActors({ sinks: world.sinks, http, readSecret: secrets.read });
  const actors: Actors = { log: LogActor, ...builtIn, ...parts.actors };
  const sinks = Object.keys(builtIn).filter((name) => actors[name] === builtIn[name]);
  const kinds = await loadKinds(sourceKinds);
  const known = { actors: Object.keys(actors), sinks, kinds, runtime };
  const definitions = await readDefinitions(toOrigin(config), known, config.isAzure);
  const { triggers, pollers, faults } = definitions;
  const reasons = [...faults, ...config.settingFaults, ...toAzureFaults(config)];
  const hints = [...definitions.warnings, ...warnOfUnverifiedSources(definitions.sources)];
  for (const reason of [...reasons, ...hints]) logger.warn(reason);
  const kept = { store: world.backend.store, clock, logger };
  const log = new SourceLog(kept);
  const triggerLog = new TriggerLog(kept);
  const given = {
    triggers,
    actors,
    runtime,
    triggerLog,
    ...{ redact: secrets.redact, readSecret: secrets.read },
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
    ...{ logger, receive, now: clock.now },
    ...createRouteCaller(() => ({
      ...{ engine, triggerLog, sinks: world.sinks, isAzure: config.isAzure },
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

/** Reads secrets of settings, and of endpoints in code. */
function createSecretReader(config: Config, { sources }: Registrations): SecretReader {
  const reader = new SecretReader(
    (setting) => sources.readSecret(setting) ?? config.readSecret(setting),
  );
  for (const setting of SECRET_SETTINGS) reader.read(setting);
  return reader;
}

type Given =
  | 'triggers'
  | 'actors'
  | 'pollers'
  | 'http'
  | 'probes'
  | 'readSecret'
  | 'runtime'
  | 'triggerLog'
  | 'redact'
  | 'onDuplicate';

function createEngine(
  { retentionDays, isAzure, lockMs, polls }: Config,
  { backend: { queue }, telemetry }: OpenBackend,
  given: Pick<Engine, Given | 'store' | 'clock' | 'logger'>,
): Engine {
  return {
    ...{ ...given, queue, telemetry, retentionDays, random: Math.random },
    states: new TriggerStates(given),
    versions: new TriggerVersions(given),
    inFlight: new InFlight(),
    pollSlots: new PollSlots(polls, given.clock),
    leaseMs: isAzure ? AZURE_LEASE_MS : 2 * lockMs,
    maxDepth: MAX_DEPTH,
  };
}

async function checkAll(
  engine: Engine,
  reasons: readonly string[],
  schedules: ScheduleClock,
): Promise<Health> {
  const late = await schedules.findFaults();
  const faults = new Set([...reasons, ...(await findTriggerFaults(engine)), ...late]);
  return checkHealth(engine.queue, engine.triggers.size, [...faults]);
}

/** Plans schedules first, so that a failure of the rest does not delay them. */
async function beat(
  engine: Engine,
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
    logger.warn('HEDDLE_DISPATCH is off: events are taken in and kept, nothing runs');
  } else if (!isReadable) {
    logger.error('The triggers and sources cannot be read: nothing is taken in, and nothing runs');
  }
  return isDispatching && isReadable;
}

function toAzureFaults({ isAzure, azure }: Config): readonly string[] {
  if (!isAzure || azure.backend) return [];
  return ['no Service Bus connection: events are kept on the disk of this instance alone'];
}
