import { ConfigError, HeddleError } from '../../errors/errors.ts';
import { createIpAllowList } from '../../sources/ip-allow-list.ts';
import { createPayloadCheck } from '../../sources/payload-schema.ts';
import { createRedaction } from '../../sources/redaction.ts';
import type { CommonSettings } from '../../sources/settings.ts';
import type { Reply, Source, WebhookRequest } from '../../sources/source.ts';
import type { SourceLog } from '../counts/index.ts';
import { type Engine, type LiveEngine, withSnapshot } from '../engine/index.ts';
import { createOrder } from '../events/index.ts';
import { countIngested, countRejected, logIngested, traceWebhook } from '../telemetry/index.ts';
import { checkEnabled, createUnknownError, toRoute } from './check-head.ts';
import { type Guards, type Ingested, ingest } from './ingest.ts';
import type { QueuePressure } from './queue-pressure.ts';
import { RateLimit } from './rate-limit.ts';
import { RefusalLog } from './refusal-log.ts';
import { replyFromRun } from './reply-from-run.ts';

/** A source, with the settings that every source may have. */
export interface RunningSource {
  readonly kind: string;
  readonly common: CommonSettings;
  readonly source: Source;
}

/**
 * Receives a request to `webhooks/{kind}` or `webhooks/{kind}/{name}`.
 * @throws as {@link ingest} does, and RejectedError 404 when the kind has no source of that name, 404
 * or 410 when it is disabled
 */
export type Receive = (
  kind: string,
  name: string | undefined,
  request: WebhookRequest,
) => Promise<Reply>;

export interface Receiving {
  readonly sources: readonly RunningSource[];
  readonly log: SourceLog;
  /** False: events are kept and nothing runs, so no run answers a sender either. */
  readonly isDispatching: boolean;
  /** Absent: any number of events may wait. */
  readonly pressure?: QueuePressure | undefined;
}

interface Guarded extends RunningSource {
  readonly guards: Guards;
}

export function createReceiver(live: LiveEngine, receiving: Receiving): Receive {
  const { log, isDispatching } = receiving;
  const byRoute = toRoutes(live, receiving);
  const refusals = new RefusalLog(live.clock);
  const noteRejected = createRejectionLog(log, refusals);
  return async (kind, route = kind, request) => {
    const running = byRoute.get(`${kind}/${route}`);
    if (!running) throw refusals.noteUnknown(live.logger, createUnknownError(kind, route));
    const { name } = running.source;
    const engine = withSnapshot(live);
    try {
      checkEnabled(running.source, running.common);
      const received = { request, isAnswering: isDispatching };
      const ingested = await ingestTraced(engine, running, received);
      log.noteIngested(name, ingested);
      countIngested(engine, name, ingested);
      logIngested(engine, name, ingested);
      return ingested.reply;
    } catch (error) {
      noteRejected(engine, name, error);
      throw error;
    }
  };
}

function toRoutes(
  live: LiveEngine,
  { sources, pressure }: Receiving,
): ReadonlyMap<string, Guarded> {
  const routes = sources.map((running): [string, Guarded] => [
    toRoute(running.kind, running.source),
    { ...running, guards: { ...createGuards(live, running), ...toRoomCheck(pressure) } },
  ]);
  return new Map(routes);
}

function toRoomCheck(pressure: QueuePressure | undefined): Pick<Guards, 'checkRoom'> {
  return pressure ? { checkRoom: () => pressure.assertRoom() } : {};
}

interface Received {
  readonly request: WebhookRequest;
  /** Whether a run may answer the sender. */
  readonly isAnswering: boolean;
}

function ingestTraced(
  engine: Engine,
  { source, guards }: Guarded,
  { request, isAnswering }: Received,
): Promise<Ingested> {
  const { name } = source;
  const answer: Pick<Guards, 'replyFromRun'> = isAnswering
    ? { replyFromRun: (outcome, message) => replyFromRun(engine, name, outcome, message) }
    : {};
  const all = { ...guards, ...createOrder(engine), ...answer };
  return traceWebhook(engine, name, request.traceparent, ({ traceparent }) =>
    ingest(source, within(request, traceparent), engine.queue, all),
  );
}

/** Counts and logs refusals. Of a source that cannot verify anything, the first says why. */
function createRejectionLog(log: SourceLog, refusals: RefusalLog) {
  const reported = new Set<string>();
  return (engine: Pick<Engine, 'logger' | 'telemetry'>, name: string, error: unknown): void => {
    const code = error instanceof HeddleError ? error.code : 'internal';
    log.noteRejected(name, code);
    countRejected(engine, name, code);
    const isFirst = error instanceof ConfigError && !reported.has(name);
    if (!isFirst) refusals.note(engine.logger, name, error);
    else {
      reported.add(name);
      engine.logger.error(`Webhooks of ${name} are refused. ${error.message}`);
    }
  };
}

/**
 * The events of the request belong to the span, or without one to the sender's trace as it stands.
 */
function within(request: WebhookRequest, traceparent: string | undefined): WebhookRequest {
  return traceparent === undefined ? request : { ...request, traceparent };
}

function createGuards(
  engine: Pick<Engine, 'store' | 'clock' | 'logger'>,
  { source: { name }, common }: RunningSource,
): Guards {
  const { ipAllowList, rateLimit, schema, redact } = common;
  const limit = rateLimit && new RateLimit(engine, toLimit(name, rateLimit));
  return {
    ...(ipAllowList ? { checkAddress: createIpAllowList(ipAllowList) } : {}),
    ...(limit ? { checkRate: () => limit.admit() } : {}),
    ...(schema ? { check: createPayloadCheck(schema) } : {}),
    ...(redact ? { redact: createRedaction(redact) } : {}),
  };
}

function toLimit(name: string, { max, window }: NonNullable<CommonSettings['rateLimit']>) {
  return { name, max, windowMs: window };
}
