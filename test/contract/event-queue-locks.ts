import { describe, expect, it } from 'vitest';
import type { ReceivedMessage } from '../../shared/heddle/ports/event-queue.ts';
import type { QueueScene } from './queue-scene.ts';

export function describeLocks(scene: QueueScene): void {
  const { send, receiveOne, receiveIds } = scene;

  describe('locks', () => {
    it('holds a message back while it is locked', async () => {
      await send('a');
      await receiveOne();
      await scene.subject.advance(scene.subject.lockMs / 2);
      expect(await scene.queue.receive(1)).toEqual([]);
    });

    it('delivers again when the lock has expired, and counts', async () => {
      await send('a');
      const first = await receiveOne();
      await scene.subject.advance(scene.subject.lockMs + 1);
      const second = await receiveOne();
      expect(second).toMatchObject({ id: 'a', sequence: first.sequence, deliveryCount: 2 });
    });

    it('delivers an abandoned message again at once, and counts', async () => {
      await send('a');
      expect(await scene.queue.abandon(await receiveOne())).toBe(true);
      expect(await receiveOne()).toMatchObject({ id: 'a', deliveryCount: 2 });
    });

    it('extends a lock to a full duration from now', async () => {
      await send('a');
      const message = await receiveOne();
      await scene.subject.advance(scene.subject.lockMs * 0.7);
      expect(await scene.queue.renewLock(message)).toBe(true);
      await scene.subject.advance(scene.subject.lockMs * 0.7);
      expect(await scene.queue.receive(1)).toEqual([]);
      expect(await scene.queue.complete(message)).toBe(true);
    });

    const settlements = {
      complete: (message: ReceivedMessage) => scene.queue.complete(message),
      abandon: (message: ReceivedMessage) => scene.queue.abandon(message),
      renew: (message: ReceivedMessage) => scene.queue.renewLock(message),
    };
    for (const [verb, settle] of Object.entries(settlements)) {
      it(`refuses to ${verb} when the lock has expired`, async () => {
        await send('a');
        const message = await receiveOne();
        await scene.subject.advance(scene.subject.lockMs + 1);
        expect(await settle(message)).toBe(false);
        expect(await scene.queue.depth()).toBe(1);
      });

      it(`refuses to ${verb} when somebody else holds the lock, who keeps it`, async () => {
        await send('a');
        const stale = await receiveOne();
        await scene.subject.advance(scene.subject.lockMs + 1);
        const current = await receiveOne();
        expect(await settle(stale)).toBe(false);
        expect(await scene.queue.complete(current)).toBe(true);
      });

      it(`refuses to ${verb} what is completed`, async () => {
        await send('a');
        const message = await receiveOne();
        expect(await scene.queue.complete(message)).toBe(true);
        expect(await settle(message)).toBe(false);
      });

      it(`refuses to ${verb} what was given back`, async () => {
        await send('a');
        const message = await receiveOne();
        await scene.queue.abandon(message);
        expect(await settle(message)).toBe(false);
        expect(await receiveIds(1)).toEqual(['a']);
      });
    }

    it('does not deliver a completed message again', async () => {
      await send('a');
      await scene.queue.complete(await receiveOne());
      await scene.subject.advance(scene.subject.lockMs + 1);
      expect(await scene.queue.receive(1)).toEqual([]);
    });
  });
}
