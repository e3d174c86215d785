import { inspect } from 'node:util';
import type { PollContext } from '../../actors/poller.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import type { Trigger } from '../../domain/trigger.ts';
import { RetryableError, TerminalError } from '../../errors/errors.ts';
import { type Engine, withinWork } from '../engine/index.ts';
import { withFields } from '../telemetry/index.ts';
import { checkResult, type Result } from './poll-result.ts';
import { PollSecrets } from './poll-secrets.ts';

type Asking = Pick<Engine, 'clock' | 'logger' | 'pollers' | 'http' | 'probes'>;

/** Runs pollers, whose results are kept without the secrets that they have read. */
export type Observing = Asking & Pick<Engine, 'readSecret' | 'redact'>;

const MAX_ERROR_CHARS = 500;

export interface PollerRun {
  readonly trigger: Trigger;
  readonly due: string;
  readonly state: Json | undefined;
  /** Aborts when the delivery is lost. */
  readonly signal: AbortSignal;
}

/**
 * Runs a poller within its timeout. An error that it throws, or a wrong return value, becomes a
 * text.
 */
export async function runPoller(
  engine: Observing,
  run: PollerRun,
): Promise<Result | { readonly error: string }> {
  const secrets = new PollSecrets(engine);
  try {
    const found = checkResult(await pollInTime(engine, { ...run, secrets }));
    const { problem, ...result } = secrets.hide(found);
    return problem === undefined ? result : { ...result, problem: toShown(engine, problem) };
  } catch (thrown) {
    return { error: toShown(engine, toText(thrown)) };
  }
}

/** Converts anything thrown to a text: not every error of a library has a message that is one. */
function toText(thrown: unknown): string {
  const found = thrown instanceof Error ? thrown.message : thrown;
  return typeof found === 'string' ? found : inspect(found);
}

function toShown({ redact }: Pick<Engine, 'redact'>, text: string): string {
  return redact(text).slice(0, MAX_ERROR_CHARS);
}

interface PollNow extends PollerRun {
  readonly secrets: PollSecrets;
}

async function pollInTime(engine: Asking, run: PollNow): Promise<unknown> {
  const ms = run.trigger.poll?.timeout ?? 0;
  const timeout = new AbortController();
  const { promise: expired, reject } = Promise.withResolvers<never>();
  const fail = (error: unknown) => {
    reject(error);
    timeout.abort(error);
  };
  const cancel = engine.clock.after(ms, () => {
    fail(new RetryableError('poll_timeout', `the poll took longer than ${ms} ms`));
  });
  const signal = AbortSignal.any([timeout.signal, run.signal]);
  try {
    const work = { about: { trigger: run.trigger.name }, fail };
    const asked = withinWork(work, () => ask(engine, { ...run, signal }));
    return await Promise.race([asked, expired]);
  } finally {
    cancel();
  }
}

/** Async, so that an error that `poll` throws at once is a rejection like any other. */
async function ask(engine: Asking, poll: PollNow): Promise<unknown> {
  const { trigger, due, state, signal, secrets } = poll;
  const { poller = '', with: given = {} } = trigger.poll ?? {};
  const PollerClass = engine.pollers[poller];
  if (!PollerClass) throw new TerminalError(`no poller "${poller}" is registered`);
  const options = given as JsonObject;
  const context: PollContext = {
    ...{ trigger: trigger.name, state, due: Date.parse(due), signal },
    options: PollerClass.parseOptions?.(options) ?? options,
    logger: withFields(engine.logger, { trigger: trigger.name }),
    ...{ clock: engine.clock, http: engine.http, probes: engine.probes },
    readSecret: secrets.read,
  };
  return new PollerClass().poll(context);
}
