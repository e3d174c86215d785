import { describe, expect, it } from 'vitest';
import type { QueueScene } from './queue-scene.ts';

export function describeDelivery(scene: QueueScene): void {
  const { send, receiveOne, receiveIds } = scene;

  describe('send and receive', () => {
    it('delivers what was sent, for the first time', async () => {
      const sent = await send('a');
      const message = await receiveOne();
      expect(message).toMatchObject({ id: 'a', body: 'body of a', deliveryCount: 1 });
      expect([message.sequence, 'accepted']).toContain(sent);
    });

    it('gives nothing when there is nothing', async () => {
      expect(await scene.queue.receive(10)).toEqual([]);
    });

    it('accepts an empty batch', async () => {
      expect(await scene.queue.send([])).toEqual([]);
    });

    it('keeps any text as it is', async () => {
      const body = 'line\nNUL \u0000 emoji 😀 quotes \'" end';
      await scene.queue.send([{ id: 'any text', body }]);
      expect((await receiveOne()).body).toBe(body);
    });

    it('keeps a body of 200 KB', async () => {
      const body = 'é'.repeat(100_000);
      await scene.queue.send([{ id: 'large', body }]);
      expect((await receiveOne()).body).toBe(body);
    });

    it('numbers messages in the order of sending, also across batches', async () => {
      const batch = ['a', 'b'].map((id) => ({ id, body: '' }));
      await scene.queue.send(batch);
      await send('c');
      const received = new Map<string, number>();
      while (received.size < 3) {
        for (const { id, sequence } of await scene.queue.receive(3)) received.set(id, sequence);
      }
      const sequences = ['a', 'b', 'c'].map((id) => received.get(id));
      expect(sequences).toEqual(sequences.toSorted((a, b) => Number(a) - Number(b)));
      expect(new Set(sequences).size).toBe(3);
    });

    it('gives no more than was asked for, and the rest to the next', async () => {
      for (const id of ['a', 'b', 'c']) await send(id);
      const first = await receiveIds(2);
      expect(first.length).toBeLessThanOrEqual(2);
      expect([...first, ...(await receiveIds(2))].toSorted()).toEqual(['a', 'b', 'c']);
    });

    it('gives an urgent message before one that has been due for longer', async () => {
      await send('early');
      await scene.subject.advance(scene.subject.lockMs / 10);
      await scene.queue.send([{ id: 'urgent', body: '', isUrgent: true }]);
      expect(await receiveIds(1)).toEqual(['urgent']);
      expect(await receiveIds(1)).toEqual(['early']);
    });

    it('gives a message of a lane as any other, where nobody says whose turn it is', async () => {
      await scene.queue.send([{ id: 'a', body: '', lane: 'a trigger' }]);
      expect(await receiveIds(1)).toEqual(['a']);
    });

    it('gives the longest due first', async () => {
      await send('early');
      await scene.subject.advance(scene.subject.lockMs / 10);
      await send('late');
      expect(await receiveIds(1)).toEqual(['early']);
    });

    it('gives one message to one of several receivers at once', async () => {
      await send('a');
      const received = await Promise.all([
        scene.queue.receive(1),
        scene.queue.receive(1),
        scene.queue.receive(1),
      ]);
      expect(received.flat()).toHaveLength(1);
    });
  });
}

export function describeDuplicates(scene: QueueScene): void {
  const { send, receiveOne } = scene;
  const isDropped = (sent: unknown) => expect(['duplicate', 'accepted']).toContain(sent);

  describe('duplicates', () => {
    it('drops a second message with the same id within the window', async () => {
      await send('a');
      isDropped(await send('a'));
      expect(await scene.queue.depth()).toBe(1);
    });

    it('drops it after the first was completed', async () => {
      await send('a');
      await scene.queue.complete(await receiveOne());
      isDropped(await send('a'));
      expect(await scene.queue.depth()).toBe(0);
    });

    it('drops it while the first is scheduled', async () => {
      await send('a', scene.subject.lockMs);
      isDropped(await send('a'));
      expect(await scene.queue.receive(1)).toEqual([]);
      expect(await scene.queue.depth()).toBe(1);
    });

    it('drops a repetition within a batch, and where it tells, says which', async () => {
      const sent = await scene.queue.send([
        { id: 'a', body: '1' },
        { id: 'b', body: '2' },
        { id: 'a', body: '3' },
      ]);
      expect(sent).toHaveLength(3);
      isDropped(sent[2]);
      for (const first of sent.slice(0, 2)) expect(first).not.toBe('duplicate');
      expect(await scene.queue.depth()).toBe(2);
    });

    it('accepts only one of several senders at once', async () => {
      await Promise.all(Array.from({ length: 20 }, () => send('a')));
      expect(await scene.queue.depth()).toBe(1);
    });

    it('accepts the id again after the window', async () => {
      await send('a');
      await scene.queue.complete(await receiveOne());
      await scene.subject.advance(scene.subject.duplicateWindowMs + 1);
      expect(await send('a')).not.toBe('duplicate');
      expect(await scene.queue.depth()).toBe(1);
    });
  });
}
