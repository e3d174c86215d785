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
      const sequence = await scene.schedule('later', scene.subject.lockMs);
      expect(await scene.queue.cancel(sequence)).toBe(true);
      await scene.subject.advance(scene.subject.lockMs + 1);
      expect(await scene.queue.receive(1)).toEqual([]);
      expect(await scene.queue.depth()).toBe(0);
    });

    it('cannot be cancelled twice', async () => {
      const sequence = await scene.schedule('later', scene.subject.lockMs);
      await scene.queue.cancel(sequence);
      expect(await scene.queue.cancel(sequence)).toBe(false);
    });

    it('cannot be cancelled once due', async () => {
      const sequence = await scene.schedule('soon', scene.subject.lockMs / 2);
      await scene.subject.advance(scene.subject.lockMs);
      expect(await scene.queue.cancel(sequence)).toBe(false);
      expect(await receiveIds(1)).toEqual(['soon']);
    });

    it('cannot be cancelled while locked', async () => {
      await send('a');
      const message = await receiveOne();
      expect(await scene.queue.cancel(message.sequence)).toBe(false);
      expect(await scene.queue.complete(message)).toBe(true);
    });
  });
}

export function describeOrder(scene: QueueScene): void {
  const { sendOrdered, send, receiveOne, receiveIds } = scene;

  describe('messages with an ordering key', () => {
    it('come one at a time, in the order of sending', async () => {
      await sendOrdered('k', 'a', 'b', 'c');
      const order: string[] = [];
      for (let left = 3; left > 0; left--) {
        const message = await receiveOne();
        expect(message.orderingKey).toBe('k');
        expect(await scene.queue.receive(3)).toEqual([]);
        order.push(message.id);
        expect(await scene.queue.complete(message)).toBe(true);
      }
      expect(order).toEqual(['a', 'b', 'c']);
      expect(await scene.queue.depth()).toBe(0);
    });

    it('come again first when they are given back', async () => {
      await sendOrdered('k', 'a', 'b');
      await scene.queue.abandon(await receiveOne());
      const again = await receiveOne();
      expect(again).toMatchObject({ id: 'a', deliveryCount: 2 });
    });

    it('come again first when their lock has expired', async () => {
      await sendOrdered('k', 'a', 'b');
      const stale = await receiveOne();
      await scene.subject.advance(scene.subject.lockMs + 1);
      const again = await receiveOne();
      expect(again.id).toBe('a');
      expect(await scene.queue.complete(stale)).toBe(false);
      expect(await scene.queue.complete(again)).toBe(true);
      expect(await receiveIds(1)).toEqual(['b']);
    });

    it('wait for no message of another key, nor of none', async () => {
      await sendOrdered('k', 'a', 'b');
      await sendOrdered('other', 'c');
      await send('d');
      const ids = new Set<string>();
      while (ids.size < 3) for (const id of await receiveIds(4)) ids.add(id);
      expect([...ids].toSorted()).toEqual(['a', 'c', 'd']);
    });

    it('are sent once like any other', async () => {
      await sendOrdered('k', 'a');
      await sendOrdered('k', 'a');
      expect(await scene.queue.depth()).toBe(1);
    });
  });
}
