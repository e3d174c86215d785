import type { Actor, ActorContext } from '../../actors/actor.ts';
import { runHooks } from '../../actors/hooks.ts';
import type { Event } from '../../domain/event.ts';
import { toExactJson } from '../../domain/exact-json.ts';
import type { Run, RunOf } from '../../domain/run.ts';
import { succeedRun } from '../../domain/run-transitions.ts';
import type { Trigger } from '../../domain/trigger.ts';
import { RetryableError, TerminalError } from '../../errors/errors.ts';
import type { Stored } from '../../ports/document-store.ts';
import {
  type Emitting,
  type Engine,
  type Saving,
  toTimestamp,
  withinWork,
} from '../engine/index.ts';
import { findEventsOfRun } from '../runs/index.ts';
import { countRun, recordBegin, recordDuration, traceAttempt } from '../telemetry/index.ts';
import { toActorContext } from './actor-context.ts';
import { toActorInput } from './actor-input.ts';
import { AttemptNotes } from './attempt-notes.ts';
import { createRunEmits } from './emit-in-run.ts';
import { type Ended, failAttempt, lose } from './fail-attempt.ts';
import { createInvocations } from './invoke-actor.ts';
import { RunWriter } from './run-writer.ts';

/** Calls an actor, with everything that it may use. */
type Calling = Emitting & Pick<Engine, 'store' | 'actors' | 'logger' | 'redact'>;

/** Makes an attempt of a run, and writes how it ended. */
export type Attempting = Calling & Saving & Pick<Engine, 'random'>;

/** A run that this delivery has begun, with what it needs to be executed. */
export interface Begun {
  readonly run: Stored<RunOf<'running'>>;
  readonly event: Event;
  readonly trigger: Trigger;
  /**
   * Signals of which each ends the attempt: its message or slot is lost, or its run is cancelled.
   */
  readonly signals: readonly AbortSignal[];
}

/**
 * How often an attempt checks whether its run was cancelled elsewhere. A shorter attempt costs no
 * read.
 */
const WATCH_MS = 10_000;

/**
 * Executes one attempt and records its outcome. Throws only when that cannot be recorded.
 * @returns the run as it is now; undefined where another delivery has it
 */
export async function runAttempt(engine: Attempting, begun: Begun): Promise<Run | undefined> {
  const { document: run } = begun.run;
  recordBegin(engine, run, begun.event);
  const { outcome, run: ended } = await traceAttempt(engine, run, async (traced, span) => {
    const ended = await attempt(traced, begun);
    const failed = ended.code === undefined ? {} : { 'error.type': ended.code };
    span.set({ 'heddle.outcome': ended.outcome, ...failed });
    return ended;
  });
  countRun(engine, run, outcome);
  recordDuration(engine, run, outcome);
  return ended;
}

async function attempt(engine: Attempting, begun: Begun): Promise<Ended> {
  const notes = new AttemptNotes(engine, begun.trigger, begun.run.document);
  const writer = new RunWriter(engine, begun.run, notes);
  let output: unknown;
  try {
    const returned = await execute(engine, { ...begun, notes }, writer);
    output = toExactJson(returned, notes.noteOutput);
  } catch (error) {
    return failAttempt(engine, { ...begun, writer }, error);
  }
  const run = await writer.end((run) => succeedRun(run, output, toTimestamp(engine.clock)));
  return run ? { outcome: 'succeeded', run } : lose(engine, begun);
}

/** A run of which an attempt is made. */
interface Made extends Begun {
  readonly notes: AttemptNotes;
}

async function execute(engine: Calling, begun: Made, writer: RunWriter): Promise<unknown> {
  const timeout = new AbortController();
  const signal = AbortSignal.any([timeout.signal, writer.lost, ...begun.signals]);
  const { promise: expired, reject } = Promise.withResolvers<never>();
  const fail = (error: unknown) => {
    reject(error);
    timeout.abort(error);
  };
  const cancel = engine.clock.after(begun.trigger.timeout, () => {
    fail(new RetryableError('timeout', `the attempt took longer than ${begun.trigger.timeout} ms`));
  });
  const stopWatch = watch(engine, writer);
  try {
    const work = { about: toAbout(begun), fail };
    const invoked = withinWork(work, () => invoke(engine, begun, writer, signal));
    return await Promise.race([invoked, expired]);
  } finally {
    cancel();
    stopWatch();
  }
}

function toAbout({ run: { document } }: Begun) {
  const { id: runId, attempt } = document;
  return { runId, attempt, trigger: document.trigger };
}

/** Watches whether the run is still this attempt's, since a lock can be lost without notice. */
function watch({ clock }: Pick<Engine, 'clock'>, writer: RunWriter): () => void {
  let cancel = () => {};
  const next = () => {
    cancel = clock.after(WATCH_MS, () => {
      void writer.check();
      next();
    });
  };
  next();
  return () => cancel();
}

async function invoke(
  engine: Calling,
  begun: Made,
  writer: RunWriter,
  signal: AbortSignal,
): Promise<unknown> {
  const { document: run } = begun.run;
  const { name, actor } = begun.trigger;
  const emits = createRunEmits(engine, run, signal);
  const noted = { ...engine, logger: begun.notes.wrap(engine.logger) };
  const context = toActorContext(noted, begun, { signal, emit: emits.emit });
  const { invokeActor, settle } = createInvocations(engine, context);
  const { runtime } = engine;
  const work = () =>
    runHooks(runtime?.hooksOf(name) ?? [], begun.event, { ...context, actor, invokeActor }, () =>
      callActor(engine, begun, context, writer),
    );
  const output = await (runtime ? runtime.emitWithin(emits.emit, work) : work()).finally(settle);
  await emits.settle();
  return output;
}

/** Async, so that an error that `execute` throws at once is a rejection like any other. */
async function callActor(
  engine: Pick<Engine, 'actors' | 'logger' | 'store' | 'triggers'>,
  { run, event, trigger, notes }: Made,
  context: ActorContext,
  writer: RunWriter,
): Promise<unknown> {
  const ActorClass = engine.actors[trigger.actor];
  if (!ActorClass) {
    throw new TerminalError('actor_missing', `no actor "${trigger.actor}" is registered`);
  }
  const events = await findEventsOfRun(engine, run.document, event);
  const input = await toActorInput(trigger, events, ActorClass, {
    ...engine.triggers.codeOf(trigger.name),
    onLost: notes.noteLost,
    onInput: (given, isEvent) => notes.noteInput(given, isEvent),
  });
  const actor: Actor = new ActorClass(context, writer);
  return actor.execute(input as never);
}
