import { setImmediate as turn } from 'node:timers/promises';
// Loaded beforehand: the engine loads it at its first use, which takes longer than any number of
// turns.
import '../../../shared/heddle/triggers/inputs/inputs.ts';
import type { CrashPlan } from '../../helpers/world.ts';

const READS = new Set(['read', 'list', 'receive', 'depth']);
/** After this many turns without a call, all work waits for time to pass. */
const CALM_TURNS = 5;

/** Calls of ports in progress. */
export class Calls {
  #count = 0;

  async track<T>(call: () => Promise<T>): Promise<T> {
    this.#count++;
    try {
      return await call();
    } finally {
      this.#count--;
    }
  }

  /** Lets all work proceed as far as it can without time passing. */
  async settle(): Promise<void> {
    for (let calm = 0; calm < CALM_TURNS; ) {
      await turn();
      calm = this.#count === 0 ? calm + 1 : 0;
    }
  }
}

export interface Around {
  readonly calls: Calls;
  readonly plan: () => CrashPlan;
  /** Called after every completed call, even where the process dies of it. */
  readonly onDone: (method: string, parameters: readonly unknown[]) => void;
}

/** The port of one process, for which each write may be the last. */
export function createPort<T extends object>(port: T, { calls, plan, onDone }: Around): T {
  return new Proxy(port, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return (...parameters: unknown[]) => {
        const act = async () => {
          const result: unknown = await method.apply(target, parameters);
          onDone(String(name), parameters);
          return result;
        };
        return calls.track(() => plan().around(!READS.has(String(name)), act));
      };
    },
  });
}
