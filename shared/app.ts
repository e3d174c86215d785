import type { Actors } from './actors/actor.ts';
import { actors as registeredActors } from './actors/registry.ts';
import { createConsoleLogger } from './adapters/console-logger.ts';
import { createEmbedded, type Embedded } from './adapters/embedded/embedded.ts';
import { createSystemClock } from './adapters/embedded/system-clock.ts';
import { type EventDetail, type EventSummary, getEvent, listEvents } from './api/events.ts';
import { checkHealth, type Health } from './api/health.ts';
import { getRun, listRuns } from './api/runs.ts';
import type { Config } from './config.ts';
import { createRedactor } from './domain/redact.ts';
import type { Run } from './domain/run.ts';
import { ConfigError, InvariantError } from './errors.ts';
import { bury } from './pipeline/bury.ts';
import { dispatch } from './pipeline/dispatch.ts';
import type { Engine } from './pipeline/engine.ts';
import { ingest } from './pipeline/ingest.ts';
import type { Logger, Page } from './ports.ts';
import { createGitHubSource } from './sources/github/github.ts';
import type { Reply, Source, WebhookRequest } from './sources/source.ts';
import { readTriggersFile } from './triggers/read-file.ts';

/** What functions/ calls: the whole product without a host. */
export interface App {
  readonly logger: Logger;
  /** Unix milliseconds, by the clock that events are stamped and verified with. */
  now(): number;
  /** Takes a webhook in. Rejects as {@link ingest} does. */
  receive(source: string, request: WebhookRequest): Promise<Reply>;
  listEvents(query: URLSearchParams): Promise<Page<EventSummary>>;
  getEvent(id: string, source?: string): Promise<EventDetail>;
  listRuns(query: URLSearchParams): Promise<Page<Run>>;
  getRun(id: string): Promise<Run>;
  health(): Promise<Health>;
  /** Takes no more messages; resolves when runs in flight have ended and everything is on disk. */
  stop(): Promise<void>;
}

export interface AppParts {
  readonly actors?: Actors;
  readonly embedded?: Embedded;
  readonly logger?: Logger;
}

/**
 * Opens the store, reads the triggers and begins to run what is queued. What is needed only for that
 * is loaded only here: on serverless the time until the functions are registered is the cold start.
 * @throws {ConfigError} when the triggers have faults, except in Azure, where the sound ones run
 */
export async function openApp(config: Config, parts: AppParts = {}): Promise<App> {
  const { actors = registeredActors, logger = createLogger(config) } = parts;
  const sources = createSources(config);
  const known = { actors: Object.keys(actors), sources: [...sources.keys()] };
  const { triggers, faults } = await readTriggersFile(config.triggersFile, known, config.isAzure);
  const reasons = [...faults, ...config.secretFaults, ...toAzureFaults(config)];
  for (const reason of reasons) logger.warn(reason);
  const embedded = parts.embedded ?? createEmbedded({ ...config, logger });
  const engine = createEngine(config, { ...embedded, triggers, actors, logger });
  startDispatch(config, embedded, engine);
  return {
    logger,
    now: engine.clock.now,
    receive: createReceiver(engine, sources),
    listEvents: (query) => listEvents(engine, query),
    getEvent: (id, source) => getEvent(engine, id, source),
    listRuns: (query) => listRuns(engine, query),
    getRun: (id) => getRun(engine, id),
    health: () => checkHealth(engine.queue, triggers.size, reasons),
    stop: () => embedded.close(),
  };
}

function createLogger({ logLevel, githubSecrets }: Config): Logger {
  return createConsoleLogger(logLevel, createRedactor(githubSecrets.map(({ value }) => value)));
}

function createEngine(
  { fixedNow, githubSecrets }: Config,
  parts: Pick<Engine, 'queue' | 'store' | 'triggers' | 'actors' | 'logger'>,
): Engine {
  const redact = createRedactor(githubSecrets.map(({ value }) => value));
  return { ...parts, clock: createSystemClock(fixedNow), redact, random: Math.random };
}

function createSources(config: Config): ReadonlyMap<string, Source> {
  const sources = [createGitHubSource(config.githubSecrets)];
  return new Map(sources.map((source) => [source.name, source]));
}

function startDispatch({ isDispatching }: Config, embedded: Embedded, engine: Engine): void {
  if (!isDispatching) {
    engine.logger.warn('HEDDLE_DISPATCH is off: events are taken in and kept, nothing runs');
    return;
  }
  embedded.drive({
    handle: (delivery) => dispatch(delivery, engine),
    bury: (delivery) => bury(delivery, engine),
  });
}

/** A source that cannot verify says so once in the log, and to every sender by its status. */
function createReceiver(engine: Engine, sources: ReadonlyMap<string, Source>): App['receive'] {
  const reported = new Set<string>();
  return async (name, request) => {
    const source = sources.get(name);
    if (!source) throw new InvariantError(`a function was registered for no source: "${name}"`);
    try {
      return await ingest(source, request, engine.queue);
    } catch (error) {
      if (error instanceof ConfigError && !reported.has(name)) {
        reported.add(name);
        engine.logger.error(`Webhooks of ${name} are refused. ${error.message}`);
      }
      throw error;
    }
  };
}

function toAzureFaults({ isAzure }: Config): readonly string[] {
  if (!isAzure) return [];
  return ['no Service Bus connection: events are kept on the disk of this instance alone'];
}
