import { createSystemClock } from '../adapters/embedded/system-clock.ts';
import { createAddressGuard } from '../adapters/http/address-guard.ts';
import { createRouteCaller, type RouteCaller } from '../api/routes/routes.ts';
import type { Config } from '../config/config.ts';
import { SourceLog, TriggerLog } from '../pipeline/counts/index.ts';
import { type LiveEngine, withSnapshot } from '../pipeline/engine/index.ts';
import {
  type CheckHead,
  createHeadCheck,
  createReceiver,
  QueuePressure,
  type Receive,
  RefusalLog,
} from '../pipeline/ingest/index.ts';
import { Isolation } from '../pipeline/isolation/index.ts';
import type { Logger } from '../ports/logger.ts';
import type { KindHead } from '../sources/source.ts';
import { warnOfFaults } from './app-health.ts';
import { type AppParts, withDefaults } from './app-parts.ts';
import type { AssembledApp } from './assemble-app.ts';
import { type BackgroundWork, startBackgroundWork } from './background-work.ts';
import { createBuiltInActors } from './built-in-actors.ts';
import { createEngine, createSeats } from './create-engine.ts';
import { describeApp } from './describe-app.ts';
import { guardProcess } from './guard-process.ts';
import { ChangedFiles } from './health/changed-files.ts';
import { observeBackend } from './health/observe-backend.ts';
import { type OpenHealth, openHealth } from './health/open-health.ts';
import { Vitals } from './health/vitals.ts';
import { assembleSound, joinActors, listKnown } from './known-to-app.ts';
import { createMessageService, type MessageService } from './message-service.ts';
import { type OpenBackend, openBackend } from './open-backend.ts';
import { openRuntime } from './open-runtime.ts';
import { type Definitions, readAll, readDefinitions } from './read-definitions.ts';
import { withRedactedSpans } from './redact-output.ts';
import { createSources, listSources, type NamedSource } from './running-sources.ts';
import { createSecretReader, type SecretReader } from './secret-reader.ts';
import { TriggerWarnings } from './trigger-warnings.ts';

/** The interface for functions/: the whole product without a host. */
export interface App extends MessageService, RouteCaller {
  readonly logger: Logger;
  /** Unix milliseconds of the clock that stamps and verifies events. */
  now(): number;
  /** Takes secrets out of a text that leaves the process. */
  redact(text: string): string;
  /** Receives a webhook. */
  readonly receive: Receive;
  /** Refuses a webhook before its body is read, where the host can ask so early. */
  readonly checkWebhook: CheckHead;
  /** The kinds of sources that the app itself defines, which share one function. */
  readonly ownKinds: readonly KindHead[];
  /**
   * Describes its triggers, sources and actors, for the person who starts it. In Azure nobody looks
   * at a start, and every instance that scales out would write it: undefined.
   */
  describe(): Promise<string | undefined>;
  /** Plans what is due on schedules, and logs that timers fire. */
  heartbeat(): Promise<void>;
  /**
   * Keeps errors that nobody caught, and blocking, from ending more than whose they are. For the
   * process that belongs to the app alone; it ends when the app stops.
   */
  guard(): void;
  /**
   * Receives no more messages; resolves when runs in flight have ended and everything is on disk.
   */
  stop(): Promise<void>;
}

/**
 * Opens the store, reads the triggers and begins to run queued messages. Modules that only this
 * needs are loaded here: on serverless the time until the functions are registered is the cold
 * start.
 * @throws {ConfigError} when the app or its triggers have faults, except in Azure, where the valid
 * ones run
 */
export async function openApp(config: Config, parts: AppParts = {}): Promise<App> {
  const own = assembleSound(parts, config.isAzure);
  const secrets = createSecretReader(config, own.registrations);
  const { logger, clock, http, random, ...given } = withDefaults(parts, config, secrets);
  const seats = createSeats(config, parts.backend !== undefined);
  const opened = await openBackend(config, { logger, backend: parts.backend, lanes: seats });
  // Where the app's clock is fixed, its health goes by the machine's.
  const vitalClock = parts.clock ?? createSystemClock();
  const vitals = new Vitals(vitalClock);
  const world = { ...opened, observed: observeBackend(opened.backend, vitals) };
  const builtIn = createBuiltInActors(world, { http, readSecret: secrets.read });
  const known = await listKnown(own, builtIn);
  const definitions = await readDefinitions(given.origin, known, config.isAzure);
  const faults = warnOfFaults(logger, { config, own, definitions });
  const counting = { store: world.observed.store, clock, logger };
  const log = new SourceLog(counting);
  const triggerLog = new TriggerLog(counting);
  const telemetry = world.telemetry && withRedactedSpans(world.telemetry, secrets.redact);
  const engine = createEngine(
    config,
    { ...opened, telemetry, backend: { ...opened.backend, ...world.observed } },
    {
      ...{ definitions, actors: joinActors(own, builtIn), runtime: own.registrations },
      ...{ clock, logger, http, random, readSecret: secrets.read, redact: secrets.redact },
      ...{ seats, triggerLog, onDuplicate: (source) => log.noteDuplicate(source) },
    },
  );
  const { fetchText } = given;
  const context = { readSecret: secrets.read, fetchText, senders: config.azure.senders };
  const sources = createSources(definitions.sources, context);
  const { isReadable } = definitions;
  const warnings = createWarnings(config, definitions, { logger, secrets });
  const health = openHealth({
    ...{ config, world, engine, sources, vitals, clock: vitalClock, faults, warnings, isReadable },
    changed: new ChangedFiles(definitions.watched, () => readAll(given.origin, known)),
  });
  return startApp({
    ...{ config, own, definitions, world, engine, sources, log, triggerLog, vitals, health },
    warnings,
  });
}

function createWarnings(
  { isAzure, azure }: Config,
  definitions: Definitions,
  { logger, secrets }: { readonly logger: Logger; readonly secrets: Pick<SecretReader, 'read'> },
): TriggerWarnings {
  const find = () =>
    definitions.doubt({
      isDeployed: isAzure,
      mayReach: createAddressGuard(azure.httpAllow).isNameAllowed,
      isSet: (setting) => secrets.read(setting).value.trim() !== '',
    });
  return new TriggerWarnings({ known: definitions.warnings, find, logger });
}

/** An app that is put together and does not work yet. */
interface Composed {
  readonly config: Pick<Config, 'isAzure' | 'isDispatching' | 'blockedLimitMs' | 'pressure'>;
  readonly own: Pick<AssembledApp, 'kinds'>;
  readonly definitions: Pick<Definitions, 'isReadable'>;
  readonly world: OpenBackend;
  readonly engine: LiveEngine;
  readonly sources: readonly NamedSource[];
  readonly log: SourceLog;
  readonly triggerLog: TriggerLog;
  readonly vitals: Vitals;
  readonly health: OpenHealth;
  readonly warnings: TriggerWarnings;
}

function startApp(composed: Composed): App {
  const { config, world, engine, sources, log, triggerLog, vitals, health, warnings } = composed;
  const { isDispatching } = config;
  const { isReadable } = composed.definitions;
  const pressure = new QueuePressure(engine, config.pressure);
  const receiving = { sources, log, isDispatching, pressure };
  const receive = health.guard(createReceiver(engine, receiving));
  const closeRuntime = openRuntime(engine, isReadable);
  const isolation = new Isolation(engine.clock);
  const options = { isDispatching, isReadable, isolation, vitals };
  const work = startBackgroundWork(engine, world.backend, options);
  let endGuard = () => {};
  const endSearch = warnings.begin();
  return {
    ...{ logger: engine.logger, receive, ownKinds: composed.own.kinds, now: engine.clock.now },
    redact: engine.redact,
    checkWebhook: isReadable ? createHeadCheck(engine, { sources, log }) : () => undefined,
    ...createApi(composed, work, pressure),
    ...createMessageService(engine, world.backend, { ...options, gate: health.gate }),
    describe: async () => (config.isAzure ? undefined : describeApp(engine, sources)),
    heartbeat: work.heartbeat,
    guard() {
      endGuard = guardProcess(engine, config.blockedLimitMs);
    },
    async stop() {
      endSearch();
      await work.stop();
      // Runs in flight have ended and been counted by now.
      await Promise.all([log.flush(), triggerLog.flush()]);
      await world.close();
      // Runs in flight could emit until now.
      closeRuntime();
      endGuard();
      health.close();
    },
  };
}

function createApi(
  { config: { isAzure }, world, engine, sources, log, triggerLog, health, warnings }: Composed,
  { schedules }: Pick<BackgroundWork, 'schedules'>,
  pressure: QueuePressure,
): RouteCaller {
  const check = health.createCheck(schedules);
  const refusals = new RefusalLog(engine.clock);
  return createRouteCaller(() => ({
    ...{ engine: withSnapshot(engine), triggerLog, liveClients: world.liveClients, isAzure },
    async assertAccepting() {
      health.gate.assertOpen();
      await pressure.assertRoom();
    },
    listSources: () => listSources(sources, log),
    checkHealth: () => check.check(),
    findWarnings: () => warnings.find(),
    noteRefused: (route, error) => refusals.note(engine.logger, route, error),
    isDisabledSource: (name) =>
      sources.some((one) => one.name === name && one.common.enabled === false),
  }));
}
