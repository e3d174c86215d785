import type { Emit } from '../../actors/actor.ts';
import type { AnyModuleEvent, EmitEvent } from '../../actors/emit-gate.ts';
import type { EmitOptions } from '../../actors/module-event.ts';
import { toCause } from '../../domain/cause.ts';
import { toEmittedId } from '../../domain/ids.ts';
import type { RunOf } from '../../domain/run.ts';
import { RejectedError, TerminalError } from '../../errors/errors.ts';
import type { Emitting } from '../engine/index.ts';
import { emitEvent } from '../events/index.ts';
import { createOrdinals } from './ordinals.ts';

/** Maximum number of events of an attempt. More is work for a batch of its own. */
const MAX_EMITTED = 100;

export interface RunEmits {
  readonly emit: Emit & EmitEvent;
  /**
   * Resolves when every event that was emitted is enqueued, awaited or not. Rejects where one is
   * not.
   */
  settle(): Promise<void>;
}

/**
 * Creates the `emit` of an attempt. Ids are computed from what is emitted and not from when: an
 * actor that goes on where its last attempt stopped emits new events at places where others stood
 * before.
 * @param signal aborts when the attempt no longer counts: it then emits nothing
 */
export function createRunEmits(
  engine: Emitting,
  run: RunOf<'running'>,
  signal: AbortSignal,
): RunEmits {
  const nthOf = createOrdinals();
  const pending: Promise<unknown>[] = [];
  const toId = (type: string, dataJson: string) =>
    toEmittedId(run.id, type, dataJson, nthOf(toEmittedId(run.id, type, dataJson, 0)));
  const send = async (event: string | AnyModuleEvent, data: object, { id }: EmitOptions = {}) => {
    signal.throwIfAborted();
    if (pending.length >= MAX_EMITTED) throw createLimitError();
    return emitEvent(engine, { event, data, id, toId, cause: toCause(run) });
  };
  return {
    emit(event: string | AnyModuleEvent, data: object, options?: EmitOptions) {
      const sent = send(event, data, options).catch(throwTerminal);
      // The actor may not wait for it: `settle()` does, and a failure must not end the process.
      sent.catch(() => undefined);
      pending.push(sent);
      return sent;
    },
    async settle() {
      await Promise.all(pending);
    },
  };
}

function createLimitError(): TerminalError {
  const message = `an attempt may emit ${MAX_EMITTED} events: emit one with a list, or let several runs do it`;
  return new TerminalError('emit_limit', message);
}

/** Makes a refusal terminal: the actor is the caller, and would be refused again. */
function throwTerminal(error: unknown): never {
  if (!(error instanceof RejectedError)) throw error;
  throw new TerminalError(error.code, error.message, { cause: error });
}
