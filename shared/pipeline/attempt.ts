import type { Actor, ActorContext } from '../actors/actor.ts';
import { type Event, toEventView } from '../domain/event.ts';
import { toRetryDelay } from '../domain/retry.ts';
import {
  countFailures,
  failRun,
  type RunError,
  type RunOf,
  requeueRun,
  succeedRun,
} from '../domain/run.ts';
import type { Trigger } from '../domain/trigger.ts';
import { RetryableError, TerminalError } from '../errors.ts';
import type { Settlement, Stored } from '../ports.ts';
import { COMPLETE, type Engine, toTimestamp } from './engine.ts';
import { toRunMessage } from './record.ts';
import { RunWriter } from './run-writer.ts';

/** A run that this delivery has begun, and what it needs to execute. */
export interface Begun {
  readonly run: Stored<RunOf<'running'>>;
  readonly event: Event;
  readonly trigger: Trigger;
  /** Aborts when the delivery has lost its message. */
  readonly signal: AbortSignal;
}

const MAX_ERROR_CHARS = 1000;

/** Executes one attempt and records how it ended. Throws only when that cannot be recorded. */
export async function runAttempt(engine: Engine, begun: Begun): Promise<Settlement> {
  const writer = new RunWriter(engine, begun.run);
  let output: unknown;
  try {
    output = toJson(await execute(engine, begun, writer));
  } catch (error) {
    return failAttempt(engine, begun, writer, error);
  }
  const isOurs = await writer.end((run) => succeedRun(run, output, toTimestamp(engine.clock)));
  if (!isOurs) reportLost(engine, begun);
  return COMPLETE;
}

async function execute(engine: Engine, begun: Begun, writer: RunWriter): Promise<unknown> {
  const timeout = new AbortController();
  const signal = AbortSignal.any([timeout.signal, begun.signal]);
  const { promise: expired, reject } = Promise.withResolvers<never>();
  const cancel = engine.clock.after(begun.trigger.timeout, () => {
    const error = new RetryableError(
      'timeout',
      `the attempt took longer than ${begun.trigger.timeout} ms`,
    );
    reject(error);
    timeout.abort(error);
  });
  try {
    return await Promise.race([invoke(engine, begun, writer, signal), expired]);
  } finally {
    cancel();
  }
}

/** Async, so that what `execute` throws at once is a rejection like any other. */
async function invoke(
  engine: Engine,
  { run, event, trigger }: Begun,
  writer: RunWriter,
  signal: AbortSignal,
): Promise<unknown> {
  const ActorClass = engine.actors[trigger.actor];
  if (!ActorClass) {
    throw new TerminalError(`no actor "${trigger.actor}" is registered`, { code: 'actor_missing' });
  }
  const view = toEventView(event);
  const input = ActorClass.input?.safeParse(view) ?? { success: true, data: view };
  if (!input.success) {
    const paths = input.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new TerminalError(`the input does not fit the actor (${paths.join('; ')})`, {
      code: 'input_invalid',
    });
  }
  const actor: Actor = new ActorClass(toContext(engine, run.document, event, signal), writer);
  return actor.execute(input.data as never);
}

function toContext(
  { logger }: Engine,
  run: RunOf<'running'>,
  event: Event,
  signal: AbortSignal,
): ActorContext {
  const { id: eventId, type: eventType, source, verified, receivedAt } = event;
  const { id: runId, trigger: triggerName, attempt, isReplay } = run;
  return {
    triggerContext: {
      ...{ eventId, eventType, source, verified, receivedAt, triggerName, attempt, isReplay },
    },
    ...{ runId, idempotencyKey: runId, signal, logger },
  };
}

function toJson(output: unknown): unknown {
  return output === undefined ? null : JSON.parse(JSON.stringify(output) ?? 'null');
}

async function failAttempt(
  engine: Engine,
  begun: Begun,
  writer: RunWriter,
  thrown: unknown,
): Promise<Settlement> {
  const {
    trigger,
    run: { document },
  } = begun;
  const error = toRunError(engine, thrown);
  const failures = countFailures(document) + 1;
  const now = toTimestamp(engine.clock);
  if (thrown instanceof TerminalError || failures >= trigger.retry.maxAttempts) {
    if (!(await writer.end((run) => failRun(run, error, now)))) return reportLost(engine, begun);
    const reason = `run ${document.id} of trigger ${trigger.name} failed after ${failures} attempts: ${error.code}: ${error.message}`;
    engine.logger.error(reason, { eventId: document.eventId });
    return { action: 'dead-letter', reason };
  }
  const retryAfter = thrown instanceof RetryableError ? thrown.retryAfter : undefined;
  const delay = toRetryDelay(trigger.retry, failures, engine.random(), retryAfter);
  const dueAt = toTimestamp(engine.clock, delay);
  if (!(await writer.end((run) => requeueRun(run, error, now, dueAt)))) {
    return reportLost(engine, begun);
  }
  await engine.queue.send([toRunMessage(document.id, document.attempt + 1, delay)]);
  return COMPLETE;
}

function reportLost({ logger }: Engine, { run: { document } }: Begun): Settlement {
  const { id: runId, attempt } = document;
  logger.warn('The run was taken over meanwhile: this attempt does not count', { runId, attempt });
  return COMPLETE;
}

function toRunError({ redact }: Engine, thrown: unknown): RunError {
  const { code, name, message } = toErrorLike(thrown);
  return {
    code: typeof code === 'string' ? code : name,
    message: redact(message).slice(0, MAX_ERROR_CHARS),
  };
}

function toErrorLike(thrown: unknown): { code?: unknown; name: string; message: string } {
  return thrown instanceof Error ? thrown : { name: 'Error', message: String(thrown) };
}
