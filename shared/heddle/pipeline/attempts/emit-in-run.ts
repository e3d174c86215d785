import type { Emit } from '../../actors/actor.ts';
import type { AnyModuleEvent, EmitEvent } from '../../actors/emit-gate.ts';
import type { EmitOptions } from '../../actors/module-event.ts';
import { toCause } from '../../domain/cause.ts';
import { toEmittedId } from '../../domain/ids.ts';
import type { RunOf } from '../../domain/run.ts';
import { RejectedError, TerminalError } from '../../errors/errors.ts';
import type { Engine } from '../engine/index.ts';
import { emitEvent } from '../events/index.ts';

/** More is no longer news of what an actor does, but its work: that is for a batch of its own. */
const MAX_EMITTED = 100;

export interface RunEmits {
  readonly emit: Emit & EmitEvent;
  /** Resolves when all is on its way that was emitted, awaited or not. Rejects where some is not. */
  settle(): Promise<void>;
}

/**
 * What an attempt emits. The id is made of what is emitted and not of when: an actor that goes on
 * where its last attempt has stopped emits at another place what is new, and that must not be taken for
 * what stood there before.
 * @param signal aborts when the attempt does not count any more: it then emits nothing
 */
export function createRunEmits(
  engine: Engine,
  run: RunOf<'running'>,
  signal: AbortSignal,
): RunEmits {
  const seen = new Map<string, number>();
  const pending: Promise<unknown>[] = [];
  const toId = (type: string, dataJson: string) => {
    const key = toEmittedId(run.id, type, dataJson, 0);
    const nth = seen.get(key) ?? 0;
    seen.set(key, nth + 1);
    return toEmittedId(run.id, type, dataJson, nth);
  };
  const send = async (event: string | AnyModuleEvent, data: object, { id }: EmitOptions = {}) => {
    signal.throwIfAborted();
    if (pending.length >= MAX_EMITTED) throw createLimitError();
    return emitEvent(engine, { event, data, id, toId, cause: toCause(run) });
  };
  return {
    emit(event: string | AnyModuleEvent, data: object, options?: EmitOptions) {
      const sent = send(event, data, options).catch(throwTerminal);
      // Where nobody waits for it: settle() does, and no failure may end the process.
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
  return new TerminalError(message, { code: 'emit_limit' });
}

/** The actor is the caller: it would be refused again. */
function throwTerminal(error: unknown): never {
  if (!(error instanceof RejectedError)) throw error;
  throw new TerminalError(error.message, { code: error.code, cause: error });
}
