import { z } from 'zod';
import type { ReplayJob, ReplayQuery } from '../domain/replay-job.ts';
import { RejectedError } from '../errors/errors.ts';
import { REPLAYS } from '../ports/collections.ts';
import type { Page } from '../ports/document-store.ts';
import { parseBody } from './body.ts';
import { listPage, type ReadSide } from './list.ts';
import { base, parseQuery, toSince, toWhere, withoutKey } from './query.ts';

/**
 * A request to replay. Parameters may be in the URL's query or in the body; those of the URL win.
 */
export interface ReplayRequest {
  readonly query: URLSearchParams;
  readonly body: unknown;
  /** The header Idempotency-Key. */
  readonly key: string | undefined;
}

/** A replay without the fields that only its next turn needs. */
export type ReplayView = Omit<ReplayJob, 'turn' | 'dueAt' | 'continuation'>;

const { limit, continuation, source, type, trigger, since } = base;
const uses = z.enum(['original', 'present']);
const ofEvents = ['matched', 'unmatched'] as const;
/** Statuses of ended runs; only those can be replayed. */
const ofRuns = ['succeeded', 'failed', 'skipped', 'cancelled'] as const;

const RunSchema = z.strictObject({ uses: uses.optional() });
const EventSchema = RunSchema.extend({ trigger });
const EventQuerySchema = EventSchema.extend({ source });

const QuerySchema = z
  .strictObject({
    ...{ source, type, trigger, since, until: since },
    status: z.enum([...ofEvents, ...ofRuns]).optional(),
  })
  .refine(({ status, trigger }) => trigger !== undefined || !ofRuns.some((one) => one === status), {
    path: ['status'],
    error: `${ofRuns.join(', ')} are of runs: name their trigger as well`,
  })
  .refine((query) => query.source ?? query.type ?? query.trigger ?? query.since, {
    error: 'expected a source, a type, a trigger or a time since: all there ever was is too much',
  });

const ReplaySchema = z.strictObject({
  query: QuerySchema,
  uses: uses.default('present'),
  /** Events per second. */
  rate: z.int().min(1).max(100).default(10),
  preview: z.boolean().default(false),
});

const ListSchema = z.strictObject({
  ...{ limit, continuation, since },
  status: z.enum(['running', 'aborted', 'failed', 'done']).optional(),
});

/** @throws {RejectedError} 400 that names each invalid field */
export function parseRunReplay({ query, body, key }: ReplayRequest) {
  const asked = { ...parseBody(RunSchema, body), ...parseQuery(RunSchema, query) };
  return { uses: asked.uses ?? ('present' as const), key: parseKey(key) };
}

/** @throws {RejectedError} 400 that names each invalid field */
export function parseEventReplay({ query, body, key }: ReplayRequest) {
  const asked = { ...parseBody(EventSchema, body), ...parseQuery(EventQuerySchema, query) };
  return { ...asked, uses: asked.uses ?? ('present' as const), key: parseKey(key) };
}

/**
 * @param now the time from which durations such as `1h` are counted back
 * @throws {RejectedError} 400 that names each invalid field
 */
export function parseQueryReplay({ query, body, key }: ReplayRequest, now: number) {
  refuseParameters(query);
  const { query: asked, ...rest } = parseBody(ReplaySchema, body);
  const { since: from } = toSince(asked.since, now);
  const { since: until } = toSince(asked.until, now);
  if (from !== undefined && from >= (until ?? new Date(now).toISOString())) {
    const message = 'query.since: expected a time before query.until, and before now.';
    throw new RejectedError(400, 'body_invalid', message);
  }
  const { source, type, trigger, status } = asked;
  const filters = toWhere({ source, type, trigger, status, since: from, until });
  return { ...rest, query: filters as Partial<ReplayQuery>, key: parseKey(key) };
}

/** Refuses URL parameters, which are easily confused with those of a list. */
function refuseParameters(query: URLSearchParams): void {
  const [name] = withoutKey(query).keys();
  if (name === undefined) return;
  const message = `${name}: a replay takes no parameters in its URL: expected them in the body, such as { "query": { "source": "github", "since": "1h" } }.`;
  throw new RejectedError(400, 'query_invalid', message);
}

const MAX_KEY_CHARS = 255;

/** @see https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header */
function parseKey(key: string | undefined): string | undefined {
  if (key === undefined || (key.trim() !== '' && key.length <= MAX_KEY_CHARS)) return key;
  const message = `Idempotency-Key: expected 1 to ${MAX_KEY_CHARS} characters.`;
  throw new RejectedError(400, 'idempotency_key_invalid', message);
}

/** Newest first. */
export async function listReplays(
  side: ReadSide,
  query: URLSearchParams,
): Promise<Page<ReplayView>> {
  const { status, ...paging } = parseQuery(ListSchema, query);
  const request = { where: toWhere({ status }), since: paging.since, limit: paging.limit };
  const page = await listPage(side, REPLAYS, { ...request, continuation: paging.continuation });
  return { ...page, items: page.items.map(toReplayView) };
}

/** @throws {RejectedError} 404 `replay_not_found` */
export async function getReplay({ store }: ReadSide, id: string): Promise<ReplayView> {
  const stored = await store.read(REPLAYS, id);
  if (stored) return toReplayView(stored.document);
  throw new RejectedError(404, 'replay_not_found', `There is no replay "${id}".`);
}

export function toReplayView(job: ReplayJob): ReplayView {
  const { turn: _turn, dueAt: _dueAt, continuation: _continuation, ...view } = job;
  return view;
}
