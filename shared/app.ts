import type { Actors } from './actors/actor.ts';
import { actors as registeredActors } from './actors/registry.ts';
import { createConsoleLogger } from './adapters/console-logger.ts';
import { createEmbedded, type Embedded } from './adapters/embedded/embedded.ts';
import { createSystemClock } from './adapters/embedded/system-clock.ts';
import { fetchText } from './adapters/fetch-text.ts';
import { type EventDetail, type EventSummary, getEvent, listEvents } from './api/events.ts';
import { checkHealth, type Health } from './api/health.ts';
import { getRun, listRuns } from './api/runs.ts';
import { type SourceIdentity, type SourceView, toSourceView } from './api/sources.ts';
import type { Config } from './config.ts';
import { readDefinitions } from './definitions.ts';
import { isJsonObject } from './domain/json.ts';
import type { Run } from './domain/run.ts';
import { bury } from './pipeline/bury.ts';
import { dispatch } from './pipeline/dispatch.ts';
import type { Engine } from './pipeline/engine.ts';
import { createReceiver, type Receive, type RunningSource } from './pipeline/receive.ts';
import { SourceLog } from './pipeline/source-log.ts';
import type { Logger, Page } from './ports.ts';
import { SecretBook } from './secret-book.ts';
import { sourceKinds } from './sources/kinds.ts';
import type { ConfiguredSource } from './sources/load.ts';
import type { SourceContext } from './sources/source.ts';

/** What functions/ calls: the whole product without a host. */
export interface App {
  readonly logger: Logger;
  /** Unix milliseconds, by the clock that events are stamped and verified with. */
  now(): number;
  /** Takes a webhook in. */
  readonly receive: Receive;
  listEvents(query: URLSearchParams): Promise<Page<EventSummary>>;
  getEvent(id: string, source?: string): Promise<EventDetail>;
  listRuns(query: URLSearchParams): Promise<Page<Run>>;
  getRun(id: string): Promise<Run>;
  listSources(): Promise<{ readonly items: readonly SourceView[] }>;
  health(): Promise<Health>;
  /** Takes no more messages; resolves when runs in flight have ended and everything is on disk. */
  stop(): Promise<void>;
}

export interface AppParts {
  readonly actors?: Actors;
  readonly embedded?: Embedded;
  readonly logger?: Logger;
  readonly fetchText?: SourceContext['fetchText'];
}

/**
 * Opens the store, reads the triggers and begins to run what is queued. What is needed only for that
 * is loaded only here: on serverless the time until the functions are registered is the cold start.
 * @throws {ConfigError} when the triggers have faults, except in Azure, where the sound ones run
 */
export async function openApp(config: Config, parts: AppParts = {}): Promise<App> {
  const secrets = new SecretBook(config.readSecret);
  const logger = parts.logger ?? createConsoleLogger(config.logLevel, secrets.redact);
  const { actors = registeredActors } = parts;
  const known = { actors: Object.keys(actors), kinds: sourceKinds };
  const definitions = await readDefinitions(config.triggersFile, known, config.isAzure);
  const { triggers, faults } = definitions;
  const reasons = [...faults, ...config.settingFaults, ...toAzureFaults(config)];
  for (const reason of [...reasons, ...toOpenDoors(definitions.sources)]) logger.warn(reason);
  const embedded = parts.embedded ?? createEmbedded({ ...config, logger });
  const clock = createSystemClock(config.fixedNow);
  const log = new SourceLog({ store: embedded.store, clock, logger });
  const onDuplicate = (source: string) => log.noteDuplicate(source);
  const tools = { clock, logger, onDuplicate, redact: secrets.redact, random: Math.random };
  const engine: Engine = { ...embedded, triggers, actors, ...tools };
  const context = { readSecret: secrets.read, fetchText: parts.fetchText ?? fetchText };
  const sources = createSources(definitions.sources, context);
  const receive = createReceiver(engine, { sources, log, isDispatching: config.isDispatching });
  startDispatch(config, embedded, engine);
  return {
    ...{ logger, receive, now: clock.now },
    listEvents: (query) => listEvents(engine, query),
    getEvent: (id, source) => getEvent(engine, id, source),
    listRuns: (query) => listRuns(engine, query),
    getRun: (id) => getRun(engine, id),
    listSources: () => listSources(sources, log),
    health: () => checkHealth(engine.queue, triggers.size, reasons),
    async stop() {
      await log.flush();
      await embedded.close();
    },
  };
}

function createSources(
  configured: readonly ConfiguredSource[],
  context: Pick<SourceContext, 'readSecret' | 'fetchText'>,
): readonly (RunningSource & SourceIdentity)[] {
  return configured.map(({ name, kind, common, settings }) => {
    const secrets = (common.secrets ?? kind.defaultSecrets).map(context.readSecret);
    const source = kind.create(settings, { ...context, name, secrets });
    const identities = secrets.map(({ setting, value }) => ({
      setting,
      isSet: value.trim() !== '',
    }));
    return { name, kind: kind.kind, common, source, secrets: identities };
  });
}

async function listSources(sources: readonly SourceIdentity[], log: SourceLog) {
  const views = sources.map(async (identity) =>
    toSourceView(identity, await log.read(identity.name)),
  );
  return { items: await Promise.all(views) };
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

/** Sources that were told to take what anybody sends: allowed, and said at every start. */
function toOpenDoors(sources: readonly ConfiguredSource[]): readonly string[] {
  return sources
    .filter(({ settings }) => isJsonObject(settings) && settings.requireVerification === false)
    .map(({ name }) => `source ${name} takes what anybody sends: its events are not verified`);
}

function toAzureFaults({ isAzure }: Config): readonly string[] {
  if (!isAzure) return [];
  return ['no Service Bus connection: events are kept on the disk of this instance alone'];
}
