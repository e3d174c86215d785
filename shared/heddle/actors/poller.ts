import type { Json, JsonObject } from '../domain/json.ts';
import type { Clock } from '../ports/clock.ts';
import type { HttpClient } from '../ports/http-client.ts';
import type { Logger } from '../ports/logger.ts';
import type { Probes } from '../ports/probes.ts';

/** What a poll is given. */
export interface PollContext {
  /** The trigger's name. */
  readonly trigger: string;
  /** What the poll before has handed over as `state`; undefined at first. */
  readonly state: Json | undefined;
  /** What the trigger says under `poll.with`, as the poller's `options` yield it. */
  readonly options: JsonObject;
  /** When this poll was due, Unix milliseconds. */
  readonly due: number;
  /** Aborts when the poll's time is up: whatever it does then does not count. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
  readonly clock: Pick<Clock, 'now'>;
  /** For addresses that come from configuration: none of this machine or its network, unless allowed. */
  readonly http: HttpClient;
  /** Queues and blobs in Azure, through the app's own connections. */
  readonly probes: Probes;
  /**
   * The value of an app setting, without spaces around it. `poll.with` is shown by the API, so what is
   * a secret has its setting's name there. What was read is taken out of logs and errors, and out of
   * what the poll fires with and leaves as `state`: `***` stands in its place.
   * @param holds what it should hold, for the error: `the key of the inbox`
   * @throws {TerminalError} `sink_not_configured`: the setting is not set, or blank
   * @example
   * override async poll({ http, options, readSecret, signal }: PollContext) {
   *   const headers = { 'x-api-key': readSecret(String(options.keySetting)) };
   *   const { status } = await http.send({ url, method: 'GET', headers, timeoutMs: 5000, maxBytes: 1024, signal });
   *   return status === 200 ? skip() : fire({ status });
   * }
   */
  readonly readSecret: (setting: string, holds?: string) => string;
}

/** One event of a poll. */
export interface PolledEvent {
  /** The input of the actor, unless the trigger maps it. JSON. */
  readonly context: JsonObject;
  /** What happened, for conditions: `created`. Triggers see it as `fields.event`. */
  readonly event?: string;
  /** ISO 8601, UTC. Absent: when the poll was due. */
  readonly time?: string;
}

interface Keeping {
  /**
   * Kept until the next poll, durable together with what this one fires. Absent: as it was. JSON, at
   * most 50 MB.
   */
  readonly state?: Json;
  /** What could not be looked at, in words: logged, and shown as the poll's error, though it counts. */
  readonly problem?: string;
}

export type PollResult = Keeping &
  (
    | { readonly outcome: 'skip' }
    | { readonly outcome: 'fire'; readonly events: readonly PolledEvent[] }
  );

/** Nothing has happened: the trigger does not fire. */
export function skip(keeping: Keeping = {}): PollResult {
  return { outcome: 'skip', ...keeping };
}

/**
 * The trigger fires.
 * @param context at most 1 MB of JSON: what the actor is given, and what tells this run from others: with
 * `allowConcurrent: false` no run begins while one of the same context is executed
 */
export function fire(context: JsonObject = {}, keeping: Keeping = {}): PollResult {
  return { outcome: 'fire', events: [{ context }], ...keeping };
}

/** The trigger fires once for each event: at most 10,000 a poll, the rest is left to the next. */
export function fireEach(events: readonly PolledEvent[], keeping: Keeping = {}): PollResult {
  return events.length === 0 ? skip(keeping) : { outcome: 'fire', events, ...keeping };
}

/**
 * Base class of pollers: user code that looks, at an interval, whether something has happened. It
 * should be quick; the work is the actor's. What it throws is logged, and polling goes on; after five
 * times in a row `/health` says so. It is known to triggers once it is registered:
 * `runtime.registerPoller(Inbox)`.
 *
 * One instance lives for one poll: what must be remembered goes into `state`.
 *
 * @example
 * class Inbox extends Poller {
 *   override readonly name = 'inbox';
 *   override readonly pollInterval = '2s';
 *   override readonly allowConcurrent = false;
 *
 *   override async poll({ state }: PollContext) {
 *     const newest = await findNewestFile('/data/inbox');
 *     if (newest === undefined || newest === state) return skip();
 *     return fire({ filename: newest }, { state: newest });
 *   }
 * }
 */
export abstract class Poller {
  /** What triggers call it in `poll.poller`. */
  abstract readonly name: string;
  /** A number of seconds, or a text such as `1500ms`, `2s`, `5m`; a second at least. */
  readonly pollInterval: string | number = '60s';
  /**
   * False: no run while one with the same context is executed, unless the trigger says otherwise, or
   * gathers events.
   */
  readonly allowConcurrent: boolean = true;
  abstract poll(context: PollContext): PollResult | Promise<PollResult>;
}

/** A concrete poller class. */
export interface PollerClass {
  new (): Poller;
  /**
   * Checks `poll.with` of a trigger when the app starts, and gives what `poll` gets as `options`.
   * @throws what is wrong with it; of a ZodError each issue is shown with its line
   */
  parseOptions?(given: JsonObject): JsonObject;
}

export type Pollers = Readonly<Record<string, PollerClass>>;
