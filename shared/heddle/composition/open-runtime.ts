import type { Engine } from '../pipeline/engine/index.ts';
import { emitEvent } from '../pipeline/events/index.ts';
import { refuse } from './running-sources.ts';

/**
 * Lets the app's own code emit.
 * @param isReadable false: the triggers are unknown, so every event is refused
 * @returns a function that ends this
 */
export function openRuntime(engine: Engine, isReadable: boolean): () => void {
  const open = engine.runtime?.open(async (event, data, { id } = {}) =>
    isReadable ? emitEvent(engine, { event, data, id }) : refuse(),
  );
  return open ?? (() => undefined);
}
