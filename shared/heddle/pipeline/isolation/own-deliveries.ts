import type { Delivery } from '../../ports/event-queue.ts';

type Delivered = Pick<Delivery, 'id' | 'sequence' | 'deliveryCount'>;

interface Begun {
  /** The last delivery. */
  readonly delivery: number;
  /** Deliveries that this process has begun one after the other. */
  readonly times: number;
}

const MAX_KEPT = 10_000;

/**
 * The deliveries that this process has begun and not ended well. If a message comes again after one
 * of them, nobody has died: its handling threw, or it lost its lock.
 */
export class OwnDeliveries {
  readonly #begun = new Map<string, Begun>();

  /** Whether this process had the delivery before this one. */
  hadBefore({ id, sequence, deliveryCount }: Delivered): boolean {
    return this.#begun.get(`${sequence} ${id}`)?.delivery === deliveryCount - 1;
  }

  /** How many deliveries of the message this process has begun, all in vain. */
  count({ id, sequence }: Delivered): number {
    return this.#begun.get(`${sequence} ${id}`)?.times ?? 0;
  }

  begin({ id, sequence, deliveryCount }: Delivered): void {
    const key = `${sequence} ${id}`;
    const times = this.#begun.get(key)?.times ?? 0;
    this.#begun.delete(key);
    this.#begun.set(key, { delivery: deliveryCount, times: times + 1 });
    const [oldest] = this.#begun.keys();
    if (this.#begun.size > MAX_KEPT && oldest !== undefined) this.#begun.delete(oldest);
  }

  /** Forgets a message that is done. */
  end({ id, sequence }: Delivered): void {
    this.#begun.delete(`${sequence} ${id}`);
  }
}
