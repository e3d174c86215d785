import type { TriggerState } from '../../domain/trigger-state.ts';
import type { Engine } from '../engine/index.ts';

interface Pause {
  readonly by: NonNullable<TriggerState['by']>;
  /** Undefined: the present message stays. */
  readonly message: string | undefined;
}

/** Pauses a trigger: `whilePaused` decides about the runs that it makes from now on. */
export function pauseTrigger(
  { states }: Pick<Engine, 'states'>,
  name: string,
  pause: Pause,
): Promise<TriggerState | undefined> {
  return states.change(name, (state) =>
    state?.status === 'paused' ? toPausedAgain(state, pause) : toPaused(state, pause),
  );
}

/** A trigger in error that is paused is matched again. Its error is kept until it is resumed. */
function toPaused(state: TriggerState | undefined, { by, message = 'by an operator' }: Pause) {
  const fault = state?.status === 'error' ? state.message : undefined;
  return { status: 'paused', by, message, ...toFault(fault) } as const;
}

/** An operator's new message replaces the present one; the breaker changes nothing. */
function toPausedAgain(state: TriggerState, { by, message }: Pause) {
  const isSame = message === undefined || (message === state.message && by === state.by);
  if (by === 'breaker' || isSame) return undefined;
  const fault = state.by === 'breaker' ? state.message : state.fault;
  return { ...toWritten(state), by, message, ...toFault(fault) };
}

function toFault(fault: string | undefined): Pick<TriggerState, 'fault'> {
  return fault === undefined ? {} : { fault };
}

export function toWritten({ id: _id, updatedAt: _at, since: _since, ...written }: TriggerState) {
  return written;
}
