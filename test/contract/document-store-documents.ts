import { describe, expect, it } from 'vitest';
import { parseExactJson } from '../../shared/heddle/domain/exact-json.ts';
import type { Collection } from '../../shared/heddle/ports/document-store.ts';
import { conflict, NOTES, type Note, type StoreScene, toNote } from './store-scene.ts';

export function describeDocuments(scene: StoreScene): void {
  describe('one document', () => {
    it('is read as it was created', async () => {
      const note = toNote('a', { status: 'open', size: 3, text: 'NUL \u0000 😀 \'"' });
      const created = await scene.store.create(NOTES, note);
      expect(created.document).toEqual(note);
      expect(await scene.store.read(NOTES, 'a')).toEqual(created);
    });

    it.each([0, 200_000])(
      'keeps numbers that no double holds, beside %i characters',
      async (chars) => {
        const numbers = '{"n":9007199254740993,"deep":[1e400,0.10000000000000000555]}';
        const text = 'x'.repeat(chars);
        const note = { ...toNote('a', { text }), numbers: parseExactJson(numbers) };
        await scene.store.create(NOTES, note);
        const read = await scene.store.read(NOTES, 'a');
        const [listed] = (await scene.store.list(NOTES, { limit: 1 })).items;
        for (const found of [read?.document, listed]) expect(found).toEqual(note);
        expect(JSON.stringify(listed)).toContain(numbers);
      },
    );

    it('is not there before', async () => {
      expect(await scene.store.read(NOTES, 'a')).toBeUndefined();
      expect(await scene.store.delete(NOTES, 'a')).toBe(false);
      expect(await scene.list()).toEqual([]);
    });

    it('is created once', async () => {
      await scene.store.create(NOTES, toNote('a', { text: 'first' }));
      await expect(scene.store.create(NOTES, toNote('a', { text: 'second' }))).rejects.toEqual(
        conflict('exists'),
      );
      expect((await scene.store.read(NOTES, 'a'))?.document.text).toBe('first');
    });

    it('is created by one of several at once', async () => {
      const attempts = Array.from({ length: 20 }, () => scene.store.create(NOTES, toNote('a')));
      const outcomes = await Promise.allSettled(attempts);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });

    it('is replaced by who knows its etag', async () => {
      const { etag } = await scene.store.create(NOTES, toNote('a', { text: 'old' }));
      const replaced = await scene.store.replace(NOTES, toNote('a', { text: 'new' }), etag);
      expect(replaced.etag).not.toBe(etag);
      expect(await scene.store.read(NOTES, 'a')).toEqual(replaced);
    });

    it('is not replaced by who knows an older one', async () => {
      const { etag } = await scene.store.create(NOTES, toNote('a'));
      await scene.store.replace(NOTES, toNote('a', { text: 'theirs' }), etag);
      const late = scene.store.replace(NOTES, toNote('a', { text: 'ours' }), etag);
      await expect(late).rejects.toEqual(conflict('etag'));
      expect((await scene.store.read(NOTES, 'a'))?.document.text).toBe('theirs');
    });

    it('is replaced by one of several at once', async () => {
      const { etag } = await scene.store.create(NOTES, toNote('a'));
      const attempts = Array.from({ length: 20 }, () =>
        scene.store.replace(NOTES, toNote('a'), etag),
      );
      const outcomes = await Promise.allSettled(attempts);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });

    it('is not replaced when it is gone, nor when it was created anew', async () => {
      const { etag } = await scene.store.create(NOTES, toNote('a'));
      expect(await scene.store.delete(NOTES, 'a')).toBe(true);
      await expect(scene.store.replace(NOTES, toNote('a'), etag)).rejects.toEqual(conflict('etag'));
      await scene.store.create(NOTES, toNote('a'));
      await expect(scene.store.replace(NOTES, toNote('a'), etag)).rejects.toEqual(conflict('etag'));
    });

    it('is gone once deleted', async () => {
      await scene.store.create(NOTES, toNote('a'));
      expect(await scene.store.delete(NOTES, 'a')).toBe(true);
      expect(await scene.store.read(NOTES, 'a')).toBeUndefined();
      expect(await scene.list()).toEqual([]);
    });

    it('has nothing to do with one of the same id elsewhere', async () => {
      const others: Collection<Note> = { ...NOTES, name: 'others' };
      await scene.store.create(NOTES, toNote('a', { text: 'note' }));
      await scene.store.create(others, toNote('a', { text: 'other' }));
      await scene.store.delete(others, 'a');
      expect((await scene.store.read(NOTES, 'a'))?.document.text).toBe('note');
    });
  });
}

export function describeTimeToLive(scene: StoreScene, skip: string | undefined): void {
  describe.skipIf(skip !== undefined)(`time to live ${skip ?? ''}`, () => {
    const ttlSeconds = 2;

    it('ends for every operation', async () => {
      const { etag } = await scene.store.create(NOTES, toNote('a', { status: 'x' }), {
        ttlSeconds,
      });
      expect(await scene.list()).toEqual(['a']);
      await scene.subject.advance(ttlSeconds * 1000 + 1);
      expect(await scene.store.read(NOTES, 'a')).toBeUndefined();
      expect(await scene.list()).toEqual([]);
      expect(await scene.list({ where: { status: 'x' } })).toEqual([]);
      await expect(scene.store.replace(NOTES, toNote('a'), etag)).rejects.toEqual(conflict('etag'));
      expect(await scene.store.delete(NOTES, 'a')).toBe(false);
    });

    it('frees the id', async () => {
      await scene.store.create(NOTES, toNote('a', { text: 'old' }), { ttlSeconds });
      await scene.subject.advance(ttlSeconds * 1000 + 1);
      const created = await scene.store.create(NOTES, toNote('a', { text: 'new' }));
      expect(await scene.store.read(NOTES, 'a')).toEqual(created);
    });

    it('counts from the last write', async () => {
      const { etag } = await scene.store.create(NOTES, toNote('a'), { ttlSeconds });
      await scene.subject.advance(ttlSeconds * 750);
      await scene.store.replace(NOTES, toNote('a'), etag, { ttlSeconds });
      await scene.subject.advance(ttlSeconds * 750);
      expect(await scene.store.read(NOTES, 'a')).toBeDefined();
    });

    it('is lifted by a replacement without one', async () => {
      const { etag } = await scene.store.create(NOTES, toNote('a'), { ttlSeconds });
      await scene.store.replace(NOTES, toNote('a'), etag);
      await scene.subject.advance(ttlSeconds * 1000 + 1);
      expect(await scene.store.read(NOTES, 'a')).toBeDefined();
    });
  });
}
