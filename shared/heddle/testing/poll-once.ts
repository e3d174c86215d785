import type { PolledEvent, Poller, PollerClass } from '../actors/poller.ts';
import { checkPoller } from '../actors/pollers/check-poller.ts';
import { SecretReader } from '../composition/secret-reader.ts';
import { parseExactJson } from '../domain/exact-json.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import { type Trigger, TriggerSchema } from '../domain/trigger.ts';
import { ConfigError, TerminalError } from '../errors/errors.ts';
import { runPoller } from '../pipeline/polls/index.ts';
import type { Probes } from '../ports/probes.ts';
import { findPollFaults } from '../triggers/definitions/index.ts';
import { createRecordedLog, type LogLine } from './recorded-log.ts';
import { TestClock } from './test-clock.ts';
import { type TestHttp, toTestHttp } from './test-http.ts';

export interface PollOptions {
  /** State that the previous poll has left; absent: this is the first. */
  readonly state?: Json;
  /** The trigger's `poll.with`. */
  readonly options?: JsonObject;
  /** The time at which the poll is due, ISO 8601; it is the clock's too. */
  readonly due?: string;
  /** Answers `http`. Default: a test has no network. */
  readonly http?: TestHttp;
  /** Answers `probes`. Default: there are no queues and blobs. */
  readonly probes?: Partial<Probes>;
  /** App settings, for `readSecret`. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Result of one poll, checked as the engine checks it. */
export interface Polled {
  readonly outcome: 'skip' | 'fire';
  readonly events: readonly PolledEvent[];
  /** The state for the next poll: `pollOnce(Inbox, { state })`. */
  readonly state: Json | undefined;
  readonly problem?: string;
  readonly logs: readonly LogLine[];
}

const START = '2026-01-01T00:00:00.000Z';

/**
 * Makes one poll, as the engine does: options are parsed, what the poll returns is checked and
 * turned into JSON, and values that it read as secrets are replaced by `***`.
 * @throws what the poller throws; {@link TerminalError} `poll_invalid` for what it must not return
 * @example
 * const first = await pollOnce(Inbox, { options: { folder: '/data' } });
 * const second = await pollOnce(Inbox, { state: first.state, options: { folder: '/data' } });
 */
export async function pollOnce(PollerClass: PollerClass, given: PollOptions = {}): Promise<Polled> {
  const { state, options = {}, due = START, settings = {} } = given;
  const trigger = toTrigger(PollerClass, options);
  const secrets = new SecretReader((setting) => ({ setting, value: settings[setting] ?? '' }));
  const { logger, lines: logs } = createRecordedLog();
  const seen: Seen = {};
  const found = await runPoller(
    {
      ...{ clock: new TestClock(Date.parse(due)), logger, http: toTestHttp(given.http) },
      probes: { ...NOTHING, ...given.probes },
      ...{ pollers: { [trigger.name]: observe(PollerClass, seen) } },
      ...{ readSecret: secrets.read, redact: secrets.redact },
    },
    { trigger, due, state, signal: given.signal ?? new AbortController().signal },
  );
  if ('thrown' in seen) throw seen.thrown;
  if ('error' in found) throw new TerminalError('poll_invalid', found.error);
  const { events, stateJson, problem } = found;
  return {
    ...{ outcome: events.length === 0 ? 'skip' : 'fire', events, logs },
    state: stateJson === undefined ? state : (parseExactJson(stateJson) as Json),
    ...(problem === undefined ? {} : { problem }),
  };
}

/** @throws {ConfigError} the poller or its options have faults */
function toTrigger(PollerClass: PollerClass, options: JsonObject): Trigger {
  const { name, faults } = checkPoller(PollerClass);
  if (faults.length > 0) throw new ConfigError(`The poller ${name} cannot be used`, faults);
  const poll = { poller: name, with: options };
  const trigger = TriggerSchema.parse({ name, source: 'poll', actor: 'log', poll });
  const wrong = findPollFaults(trigger, { [name]: PollerClass });
  if (wrong.length > 0) throw new ConfigError(`The poller ${name} cannot be used`, toTexts(wrong));
  return trigger;
}

function toTexts(faults: ReturnType<typeof findPollFaults>): readonly string[] {
  return faults.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

const NOTHING: Probes = {
  depth: async () => 0,
  async *listBlobs() {},
};

interface Seen {
  thrown?: unknown;
}

/** The poller, which notes what its poll throws: the engine keeps the text alone. */
function observe(PollerClass: PollerClass, seen: Seen): PollerClass {
  return new Proxy(PollerClass, {
    construct(target, given, newTarget) {
      const poller = Reflect.construct(target, given, newTarget) as Poller;
      const poll = poller.poll.bind(poller);
      poller.poll = async (context) => {
        try {
          return await poll(context);
        } catch (error) {
          seen.thrown = error;
          throw error;
        }
      };
      return poller;
    },
  });
}
