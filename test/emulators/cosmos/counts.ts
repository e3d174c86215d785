import { type Operation, type OperationKind, WRITES } from './operation.ts';

/** Counts successful operations by container id. */
export class CosmosCounts {
  readonly containers: Record<string, Partial<Record<OperationKind, number>>> = {};

  /** Writes of all containers; the two below count all containers too. */
  get writes(): number {
    return this.#sum((kind) => WRITES.has(kind));
  }

  get reads(): number {
    return this.#sum((kind) => kind === 'read');
  }

  get queries(): number {
    return this.#sum((kind) => kind === 'query');
  }

  note({ kind, container }: Operation): void {
    if (container === undefined) return;
    this.containers[container] ??= {};
    const counts = this.containers[container];
    counts[kind] = (counts[kind] ?? 0) + 1;
  }

  #sum(counted: (kind: OperationKind) => boolean): number {
    return Object.values(this.containers)
      .flatMap((counts) => Object.entries(counts))
      .filter(([kind]) => counted(kind as OperationKind))
      .reduce((sum, [, count]) => sum + count, 0);
  }
}
