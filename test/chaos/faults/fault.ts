import type { Mode } from '../harness/backend.ts';
import type { Stage } from '../harness/stage.ts';

/** Something that goes wrong, once, in the middle of the load. */
export interface Fault {
  readonly name: string;
  /** Modes in which it can happen. */
  readonly modes: readonly Mode[];
  /** Resolves when it is over. */
  inject(stage: Stage): Promise<void>;
}
