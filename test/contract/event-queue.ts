import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { queueCommands } from './event-queue-commands.ts';
import { describeDelivery, describeDuplicates } from './event-queue-delivery.ts';
import { describeOrder, describeScheduling } from './event-queue-fates.ts';
import { describeLocks } from './event-queue-locks.ts';
import { QueueModel } from './event-queue-model.ts';
import { type QueueSubject, useQueue } from './queue-scene.ts';

export interface QueueContractOptions {
  /** Number of random sequences of calls to try; fewer where time passes for real. */
  readonly runs?: number;
}

/** The facts that the engine relies on, for every implementation of the queue. */
export function describeEventQueue(
  name: string,
  createSubject: () => Promise<QueueSubject>,
  { runs = 150 }: QueueContractOptions = {},
): void {
  describe(`event queue: ${name}`, () => {
    const scene = useQueue(createSubject);
    describeDelivery(scene);
    describeDuplicates(scene);
    describeLocks(scene);
    describeScheduling(scene);
    describeOrder(scene);

    it('counts what is due, locked and scheduled', async () => {
      await scene.send('due');
      await scene.send('other');
      await scene.send('scheduled', scene.subject.lockMs);
      await scene.receiveOne();
      expect(await scene.queue.depth()).toBe(3);
    });
  });

  describe(`event queue in any interleaving: ${name}`, () => {
    it('loses nothing, gives a locked message to nobody else, and counts deliveries', async () => {
      await fc.assert(
        fc.asyncProperty(queueCommands(), async (commands) => {
          const subject = await createSubject();
          try {
            const model = new QueueModel(subject);
            await fc.asyncModelRun(() => ({ model, real: subject }), commands);
            await model.expectDrains(subject);
          } finally {
            await subject.close();
          }
        }),
        { numRuns: runs },
      );
    });
  });
}
