import { describe, expect, it } from 'vitest';
import type { QueueScene } from './queue-scene.ts';

export function describeScheduling(scene: QueueScene): void {
  const { send, receiveOne, receiveIds } = scene;

  describe('scheduled messages', () => {
    it('are not delivered before they are due', async () => {
      await send('later', scene.subject.lockMs * 2);
      await scene.subject.advance(scene.subject.lockMs);
      expect(await scene.queue.receive(1)).toEqual([]);
      await scene.subject.advance(scene.subject.lockMs + 1);
      expect(await receiveOne()).toMatchObject({ id: 'later', deliveryCount: 1 });
    });

    it('are never delivered once cancelled', async () => {
      const sequence = await send('later', scene.subject.lockMs);
      expect(await scene.queue.cancel(Number(sequence))).toBe(true);
      await scene.subject.advance(scene.subject.lockMs + 1);
      expect(await scene.queue.receive(1)).toEqual([]);
      expect(await scene.queue.depth()).toBe(0);
    });

    it('cannot be cancelled twice', async () => {
      const sequence = Number(await send('later', scene.subject.lockMs));
      await scene.queue.cancel(sequence);
      expect(await scene.queue.cancel(sequence)).toBe(false);
    });

    it('cannot be cancelled once due', async () => {
      const sequence = Number(await send('soon', scene.subject.lockMs / 2));
      await scene.subject.advance(scene.subject.lockMs);
      expect(await scene.queue.cancel(sequence)).toBe(false);
      expect(await receiveIds(1)).toEqual(['soon']);
    });

    it('cannot be cancelled while locked', async () => {
      const sequence = Number(await send('a'));
      const message = await receiveOne();
      expect(await scene.queue.cancel(sequence)).toBe(false);
      expect(await scene.queue.complete(message)).toBe(true);
    });
  });
}

export function describeDeadLetters(scene: QueueScene): void {
  const { send, receiveOne } = scene;

  describe('dead letters', () => {
    it('keep the message, the reason and the count, and are not delivered', async () => {
      const sequence = await send('a');
      await scene.queue.abandon(await receiveOne());
      expect(await scene.queue.deadLetter(await receiveOne(), 'the actor is gone')).toBe(true);
      await scene.subject.advance(scene.subject.lockMs + 1);
      expect(await scene.queue.receive(1)).toEqual([]);
      expect(await scene.queue.depth()).toBe(0);
      expect(await scene.queue.listDeadLetters(10)).toEqual([
        {
          id: 'a',
          body: 'body of a',
          sequence,
          reason: 'the actor is gone',
          deliveryCount: 2,
          deadLetteredAt: expect.any(Number),
        },
      ]);
    });

    it('are listed newest first, as many as asked for', async () => {
      for (const id of ['a', 'b', 'c']) {
        await send(id);
        await scene.queue.deadLetter(await receiveOne(), id);
      }
      expect((await scene.queue.listDeadLetters(2)).map(({ id }) => id)).toEqual(['c', 'b']);
    });
  });
}
