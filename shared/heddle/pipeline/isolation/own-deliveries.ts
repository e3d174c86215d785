import type { Delivery } from '../../ports/event-queue.ts';

type Delivered = Pick<Delivery, 'id' | 'sequence' | 'deliveryCount'>;

const MAX_KEPT = 10_000;

/**
 * The deliveries that this process has begun and not ended well. If a message comes again after one
 * of them, nobody has died: its handling threw, or it lost its lock.
 */
export class OwnDeliveries {
  readonly #begun = new Map<string, number>();

  /** Whether this process had the delivery before this one. */
  hadBefore({ id, sequence, deliveryCount }: Delivered): boolean {
    return this.#begun.get(`${sequence} ${id}`) === deliveryCount - 1;
  }

  begin({ id, sequence, deliveryCount }: Delivered): void {
    const key = `${sequence} ${id}`;
    this.#begun.delete(key);
    this.#begun.set(key, deliveryCount);
    const [oldest] = this.#begun.keys();
    if (this.#begun.size > MAX_KEPT && oldest !== undefined) this.#begun.delete(oldest);
  }

  /** Forgets a message that is done. */
  end({ id, sequence }: Delivered): void {
    this.#begun.delete(`${sequence} ${id}`);
  }
}
