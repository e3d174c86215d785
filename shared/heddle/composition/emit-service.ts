import type { PostRequest } from '../pipeline/commands/index.ts';
import { emitRequest, executeTrigger } from '../pipeline/commands/index.ts';
import { type LiveEngine, withSnapshot } from '../pipeline/engine/index.ts';
import { emitEvent } from '../pipeline/events/index.ts';
import type { Reply } from '../sources/source.ts';
import { refuse } from './running-sources.ts';

/** Takes in events that come without a webhook. */
export interface EmitService {
  /** Takes in an event that an API caller emits: `{ endpoint, data, id? }`. */
  emit(request: PostRequest): Promise<Reply>;
  /** Runs a manual trigger with the data of the request. */
  execute(trigger: string, request: PostRequest): Promise<Reply>;
}

/** @param isReadable false: the triggers are unknown, so every event is refused */
export function createEmitService(engine: LiveEngine, isReadable: boolean): EmitService {
  if (!isReadable) return { emit: refuse, execute: refuse };
  return {
    emit: (request) => emitRequest(withSnapshot(engine), request),
    execute: (trigger, request) => executeTrigger(withSnapshot(engine), trigger, request),
  };
}

/** Lets the app's own code emit. @returns a function that ends this */
export function openRuntime(engine: LiveEngine, isReadable: boolean): () => void {
  const open = engine.runtime?.open(async (event, data, { id } = {}) =>
    isReadable ? emitEvent(withSnapshot(engine), { event, data, id }) : refuse(),
  );
  return open ?? (() => undefined);
}
