import { AsyncLocalStorage } from 'node:async_hooks';
import type { z } from 'zod';
import { ConfigError } from '../errors/errors.ts';
import type { EmitOptions, Emitted, ModuleEvent } from './module-event.ts';

/** A module event of any schema. */
export type AnyModuleEvent = ModuleEvent<z.ZodType>;

/** Ingests an event. */
export type EmitEvent = (
  event: string | AnyModuleEvent,
  data: object,
  options?: EmitOptions,
) => Promise<Emitted>;

/** Emits through the app that is open, on behalf of the attempt in whose context it is called. */
export class EmitGate {
  readonly #attempts = new AsyncLocalStorage<EmitEvent>();
  #emit: EmitEvent | undefined;

  /** @returns a function that closes it again */
  open(emit: EmitEvent): () => void {
    this.#emit = emit;
    return () => {
      if (this.#emit === emit) this.#emit = undefined;
    };
  }

  /** Runs `work`. Events that it emits belong to its attempt. */
  within<T>(emit: EmitEvent, work: () => Promise<T>): Promise<T> {
    return this.#attempts.run(emit, work);
  }

  /** @throws {ConfigError} when no app is open */
  readonly emit: EmitEvent = (event, data, options) => {
    if (this.#emit) return (this.#attempts.getStore() ?? this.#emit)(event, data, options);
    const name = typeof event === 'string' ? event : event.name;
    const fault = `event "${name}" was emitted before the app was open, or after it was stopped`;
    return Promise.reject(new ConfigError('The runtime cannot emit', [fault]));
  };
}
