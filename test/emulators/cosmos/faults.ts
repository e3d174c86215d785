import type { Operation, OperationKind } from './operation.ts';

/**
 * A response instead of the work; or `timeout`: no work and no response; `drop`: no work, and the
 * connection is cut; `lose-answer`: the work is done and the connection cut before the response.
 */
export type CosmosFault =
  | { readonly status: number; readonly retryAfterMs?: number }
  | 'timeout'
  | 'drop'
  | 'lose-answer';

/** All given fields must match; without fields, any operation on items matches. */
export interface OperationFilter {
  readonly kind?: OperationKind;
  readonly container?: string;
}

interface Planned {
  left: number;
  readonly fault: CosmosFault;
  readonly filter: OperationFilter;
}

/** Injects faults for tests. */
export class CosmosFaults {
  #planned: Planned[] = [];

  /** Fails the next `times` matching operations; with Infinity, until {@link stop}. */
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
