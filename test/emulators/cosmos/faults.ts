import type { Operation, OperationKind } from './operation.ts';

/**
 * An answer instead of the work; or `timeout`: no work and no answer; `drop`: no work, and the
 * connection is cut; `lose-answer`: the work is done and the connection cut before the answer.
 */
export type CosmosFault =
  | { readonly status: number; readonly retryAfterMs?: number }
  | 'timeout'
  | 'drop'
  | 'lose-answer';

/** All that is given must match; nothing given: any operation on items. */
export interface OperationFilter {
  readonly kind?: OperationKind;
  readonly container?: string;
}

interface Planned {
  left: number;
  readonly fault: CosmosFault;
  readonly filter: OperationFilter;
}

/** What tests let go wrong. */
export class CosmosFaults {
  #planned: Planned[] = [];

  /** The next `times` operations that match; until {@link stop} for Infinity. */
  next(times: number, fault: CosmosFault, filter: OperationFilter = {}): void {
    this.#planned.push({ left: times, fault, filter });
  }

  stop(): void {
    this.#planned = [];
  }

  take(operation: Operation): CosmosFault | undefined {
    const planned = this.#planned.find(
      ({ left, filter }) => left > 0 && matches(operation, filter),
    );
    if (planned === undefined) return undefined;
    planned.left -= 1;
    return planned.fault;
  }
}

function matches({ kind, container }: Operation, filter: OperationFilter): boolean {
  if (container === undefined) return false;
  if (filter.kind !== undefined && filter.kind !== kind) return false;
  return filter.container === undefined || filter.container === container;
}
