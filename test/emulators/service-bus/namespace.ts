import type { Message } from 'rhea';
import type { QueueCounts } from './counts.ts';
import { Entity } from './entity.ts';
import { FaultPlan } from './faults.ts';
import type { QueueMessage } from './message.ts';
import { Queue } from './queue.ts';
import { completeSettings, deadLetterSettings, type QueueSettings } from './settings.ts';

/** All queues of the emulator, each with its dead-letter queue. */
export class Namespace {
  readonly plan = new FaultPlan();
  readonly #entities = new Map<string, Entity>();

  constructor(queues: readonly QueueSettings[]) {
    for (const settings of queues) this.#create(settings);
  }

  /** Ignores case, in which addresses of SDKs differ: `$DeadLetterQueue`, `$deadletterqueue`. */
  find(address: string): Entity | undefined {
    return this.#entities.get(address.replace(/^\//, '').toLowerCase());
  }

  get(address: string): Entity {
    const entity = this.find(address);
    if (entity === undefined) {
      throw new Error(`No queue ${address}: the emulator has ${[...this.#entities.keys()]}.`);
    }
    return entity;
  }

  counts(): Record<string, QueueCounts> {
    const entities = [...this.#entities];
    return Object.fromEntries(entities.map(([address, { queue }]) => [address, queue.counts]));
  }

  close(): void {
    for (const entity of this.#entities.values()) entity.close();
  }

  #create(given: QueueSettings): void {
    const settings = completeSettings(given);
    const dead = new Entity(createQueue(deadLetterSettings(settings)));
    const onDead = (message: QueueMessage<Message>) => {
      dead.queue.adopt(message);
      dead.wake();
    };
    this.#add(dead);
    this.#add(new Entity(createQueue(settings, onDead)));
  }

  #add(entity: Entity): void {
    this.#entities.set(entity.address.toLowerCase(), entity);
  }
}

function createQueue(
  settings: Required<QueueSettings>,
  onDead?: (message: QueueMessage<Message>) => void,
): Queue<Message> {
  return new Queue({ settings, now: Date.now, ...(onDead && { onDead }) });
}
