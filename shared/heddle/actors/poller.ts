import type { Json, JsonObject } from '../domain/json.ts';
import type { Clock } from '../ports/clock.ts';
import type { HttpClient } from '../ports/http-client.ts';
import type { Logger } from '../ports/logger.ts';
import type { Probes } from '../ports/probes.ts';

/** The context of one poll. */
export interface PollContext {
  /** The trigger's name. */
  readonly trigger: string;
  /** State returned by the previous poll; undefined before the first. */
  readonly state: Json | undefined;
  /** The trigger's `poll.with`, as parsed by the poller's `parseOptions`. */
  readonly options: JsonObject;
  /** Time at which this poll was due, Unix milliseconds. */
  readonly due: number;
  /** Aborts when the poll's time is up. Nothing that the poll does afterwards counts. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
  readonly clock: Pick<Clock, 'now'>;
  /** For configured addresses. Those of this machine or its network are refused unless allowed. */
  readonly http: HttpClient;
  /** Queues and blobs in Azure, through the app's own connections. */
  readonly probes: Probes;
  /**
   * Returns the value of an app setting, trimmed. The API shows `poll.with`, so a secret is given
   * there by the name of its setting. The value is replaced by `***` in logs and errors, and in the
   * events and the `state` that the poll leaves.
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

/** An event that a poll emits. */
export interface PolledEvent {
  /** The actor's input, unless the trigger maps it. JSON. */
  readonly context: JsonObject;
  /** Kind of change, for conditions: `created`. Triggers see it as `fields.event`. */
  readonly event?: string;
  /** Type of the event, which says what has happened: `file_created`. Absent: the trigger's name. */
  readonly type?: string;
  /** ISO 8601, UTC. Absent: the time at which the poll was due. */
  readonly time?: string;
}

interface Keeping {
  /**
   * Stored until the next poll, in one write with the events of this one. Absent: the state is
   * unchanged. JSON, at most 50 MB.
   */
  readonly state?: Json;
  /** A part that could not be read: it is logged and shown as `error`, but the poll succeeds. */
  readonly problem?: string;
}

export type PollResult = Keeping &
  (
    | { readonly outcome: 'skip' }
    | { readonly outcome: 'fire'; readonly events: readonly PolledEvent[] }
  );

/**
 * Nothing has happened; the trigger does not fire.
 * @example return skip({ state: newest });
 */
export function skip(keeping: Keeping = {}): PollResult {
  return { outcome: 'skip', ...keeping };
}

/**
 * The trigger fires.
 * @param context at most 1 MB of JSON. It is the actor's input and identifies the run: with
 * `allowConcurrent: false` no run begins until another with the same context has ended
 * @example return fire({ filename: newest }, { state: newest });
 */
export function fire(context: JsonObject = {}, keeping: Keeping = {}): PollResult {
  return { outcome: 'fire', events: [{ context }], ...keeping };
}

/**
 * The trigger fires once for each event, at most 10,000 a poll; the next poll has the rest.
 * @example return fireEach(files.map((file) => ({ event: 'created', context: { file } })), { state });
 */
export function fireEach(events: readonly PolledEvent[], keeping: Keeping = {}): PollResult {
  return events.length === 0 ? skip(keeping) : { outcome: 'fire', events, ...keeping };
}

/**
 * Base class of pollers: user code that checks at an interval whether something has happened. A
 * poll should be quick; the work belongs in the actor. An error that a poll throws is logged, and
 * polling goes on; after five failures in a row `/health` reports it. Files of
 * `shared/app/pollers` are found by themselves; `defineApp` and `runtime.registerPoller` take others.
 *
 * One instance lives for one poll: keep what the next poll needs in `state`.
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
  /** The name that triggers use in `poll.poller`. */
  abstract readonly name: string;
  /** Seconds, or a text such as `1500ms`, `2s`, `5m`; at least one second. */
  readonly pollInterval: string | number = '60s';
  /**
   * False: no run begins until one with the same context has ended, unless the trigger says
   * otherwise or gathers events.
   */
  readonly allowConcurrent: boolean = true;
  abstract poll(context: PollContext): PollResult | Promise<PollResult>;
}

/** A concrete poller class. */
export interface PollerClass {
  new (): Poller;
  /**
   * Checks a trigger's `poll.with` when the app starts and returns the `options` of `poll`.
   * @throws an error that names the fault; each issue of a ZodError is shown with its line
   */
  parseOptions?(given: JsonObject): JsonObject;
  /** Finds options that are valid and may not mean what they seem to; shown as warnings. */
  findDoubts?(given: JsonObject): readonly OptionDoubt[];
}

/** A doubt about an option of a poller. */
export interface OptionDoubt {
  /** The option: `['path']`. */
  readonly path: readonly string[];
  /** What it means, and what to write instead. */
  readonly message: string;
}

export type Pollers = Readonly<Record<string, PollerClass>>;
