import { createRouteCaller, type RouteCaller } from '../api/routes/routes.ts';
import type { Config } from '../config/config.ts';
import { SourceLog, TriggerLog } from '../pipeline/counts/index.ts';
import { type LiveEngine, withSnapshot } from '../pipeline/engine/index.ts';
import { createReceiver, type Receive } from '../pipeline/ingest/index.ts';
import type { Logger } from '../ports/logger.ts';
import type { KindHead } from '../sources/source.ts';
import { checkAppHealth, warnOfFaults } from './app-health.ts';
import { type AppParts, withDefaults } from './app-parts.ts';
import type { AssembledApp } from './assemble-app.ts';
import { type BackgroundWork, startBackgroundWork } from './background-work.ts';
import { createBuiltInActors } from './built-in-actors.ts';
import { createEngine } from './create-engine.ts';
import { assembleSound, joinActors, listKnown } from './known-to-app.ts';
import { createMessageService, type MessageService } from './message-service.ts';
import { type OpenBackend, openBackend } from './open-backend.ts';
import { openRuntime } from './open-runtime.ts';
import { type Definitions, readDefinitions } from './read-definitions.ts';
import { withRedactedSpans } from './redact-output.ts';
import { createSources, listSources, type NamedSource, refuse } from './running-sources.ts';
import { createSecretReader } from './secret-reader.ts';

/** The interface for functions/: the whole product without a host. */
export interface App extends MessageService, RouteCaller {
  readonly logger: Logger;
  /** Unix milliseconds of the clock that stamps and verifies events. */
  now(): number;
  /** Takes secrets out of a text that leaves the process. */
  redact(text: string): string;
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
  const world = await openBackend(config, { logger, backend: parts.backend });
  const builtIn = createBuiltInActors(world, { http, readSecret: secrets.read });
  const known = await listKnown(own, builtIn);
  const definitions = await readDefinitions(given.origin, known, config.isAzure);
  const faults = warnOfFaults(logger, { config, own, definitions });
  const counting = { store: world.backend.store, clock, logger };
  const log = new SourceLog(counting);
  const triggerLog = new TriggerLog(counting);
  const telemetry = world.telemetry && withRedactedSpans(world.telemetry, secrets.redact);
  const engine = createEngine(
    config,
    { ...world, telemetry },
    {
      ...{ definitions, actors: joinActors(own, builtIn), runtime: own.registrations },
      ...{ clock, logger, http, random, readSecret: secrets.read, redact: secrets.redact },
      ...{ triggerLog, onDuplicate: (source) => log.noteDuplicate(source) },
    },
  );
  const context = { readSecret: secrets.read, fetchText: given.fetchText };
  const sources = createSources(definitions.sources, context);
  const opened = { config, own, definitions, world, engine, sources, log, triggerLog, faults };
  return startApp(opened);
}

/** An app that is put together and does not work yet. */
interface Composed {
  readonly config: Pick<Config, 'isAzure' | 'isDispatching'>;
  readonly own: Pick<AssembledApp, 'kinds'>;
  readonly definitions: Pick<Definitions, 'isReadable'>;
  readonly world: OpenBackend;
  readonly engine: LiveEngine;
  readonly sources: readonly NamedSource[];
  readonly log: SourceLog;
  readonly triggerLog: TriggerLog;
  readonly faults: readonly string[];
}

function startApp(composed: Composed): App {
  const { config, world, engine, sources, log, triggerLog } = composed;
  const { isDispatching } = config;
  const { isReadable } = composed.definitions;
  const receive = isReadable ? createReceiver(engine, { sources, log, isDispatching }) : refuse;
  const closeRuntime = openRuntime(engine, isReadable);
  const work = startBackgroundWork(engine, world.backend, { isDispatching, isReadable });
  return {
    ...{ logger: engine.logger, receive, ownKinds: composed.own.kinds, now: engine.clock.now },
    redact: engine.redact,
    ...createApi(composed, work),
    ...createMessageService(engine, world.backend, isReadable),
    heartbeat: work.heartbeat,
    async stop() {
      await work.stop();
      // Runs in flight have ended and been counted by now.
      await Promise.all([log.flush(), triggerLog.flush()]);
      await world.close();
      // Runs in flight could emit until now.
      closeRuntime();
    },
  };
}

function createApi(
  { config: { isAzure }, definitions, world, engine, sources, log, triggerLog, faults }: Composed,
  { schedules }: Pick<BackgroundWork, 'schedules'>,
): RouteCaller {
  return createRouteCaller(() => ({
    ...{ engine: withSnapshot(engine), triggerLog, liveClients: world.liveClients, isAzure },
    assertReadable: definitions.isReadable ? async () => {} : refuse,
    listSources: () => listSources(sources, log),
    checkHealth: () => checkAppHealth(engine, faults, schedules),
  }));
}
