import { beforeEach, describe, expect, it } from 'vitest';
import { InvariantError, RejectedError } from '../../shared/heddle/errors/errors.ts';
import type { ListQuery } from '../../shared/heddle/ports/document-store.ts';
import { AT, NOTES, type StoreScene, toNote } from './store-scene.ts';

export function describeLists(scene: StoreScene): void {
  describe('lists', () => {
    it('are newest first, and by descending id within the same time', async () => {
      const at = '2026-01-02T00:00:00.000Z';
      for (const note of [toNote('b'), toNote('new', { at }), toNote('c'), toNote('a')]) {
        await scene.store.create(NOTES, note);
      }
      expect(await scene.list()).toEqual(['new', 'c', 'b', 'a']);
    });

    it('are all of that the other way round where it is asked for', async () => {
      const at = '2026-01-02T00:00:00.000Z';
      for (const note of [toNote('b'), toNote('new', { at }), toNote('c'), toNote('a')]) {
        await scene.store.create(NOTES, note);
      }
      expect(await scene.list({ isAscending: true })).toEqual(['a', 'b', 'c', 'new']);
      expect(await scene.list({ isAscending: true, since: at })).toEqual(['new']);
      expect(await scene.list({ isAscending: true, limit: 1 })).toEqual(['a']);
    });

    it.each([false, true])('start at a time, including it (ascending: %s)', async (isAscending) => {
      await scene.store.create(NOTES, toNote('before', { at: '2025-12-31T23:59:59.999Z' }));
      await scene.store.create(NOTES, toNote('at'));
      expect(await scene.list({ since: AT, isAscending })).toEqual(['at']);
    });

    it.each([false, true])('end before a time, without it (ascending: %s)', async (isAscending) => {
      const before = '2025-12-31T23:59:59.999Z';
      await scene.store.create(NOTES, toNote('before', { at: before }));
      await scene.store.create(NOTES, toNote('at'));
      expect(await scene.list({ until: AT, isAscending })).toEqual(['before']);
      expect(await scene.list({ since: before, until: AT, isAscending })).toEqual(['before']);
      expect(await scene.list({ since: AT, until: AT, isAscending })).toEqual([]);
    });

    it('hold what is equal in every field asked for', async () => {
      await scene.store.create(NOTES, toNote('a', { status: 'open', size: 1 }));
      await scene.store.create(NOTES, toNote('b', { status: 'open', size: 2 }));
      await scene.store.create(NOTES, toNote('c', { status: 'done', size: 1 }));
      expect(await scene.list({ where: { status: 'open' } })).toEqual(['b', 'a']);
      expect(await scene.list({ where: { status: 'open', size: 1 } })).toEqual(['a']);
      expect(await scene.list({ where: { status: 'none' } })).toEqual([]);
    });

    it.each([
      'v2.core.account[requirements].updated',
      'Tag Push Hook',
      'a/b?c#d\\e\'f"g%25*',
      'größe 🧵',
    ])('find a text of any characters: %s', async (status) => {
      await scene.store.create(NOTES, toNote('a', { status }));
      await scene.store.create(NOTES, toNote('b', { status: `${status}.` }));
      expect(await scene.list({ where: { status } })).toEqual(['a']);
    });

    it('keep a number, its text and a truth apart', async () => {
      await scene.store.create(NOTES, toNote('number', { size: 1 }));
      await scene.store.create(NOTES, toNote('text', { size: '1' }));
      await scene.store.create(NOTES, toNote('truth', { size: true }));
      expect(await scene.list({ where: { size: 1 } })).toEqual(['number']);
      expect(await scene.list({ where: { size: '1' } })).toEqual(['text']);
      expect(await scene.list({ where: { size: true } })).toEqual(['truth']);
    });

    it('match no document by a field it does not have', async () => {
      await scene.store.create(NOTES, toNote('absent'));
      await scene.store.create(NOTES, toNote('null', { status: null }));
      for (const status of ['', 'null', 'undefined']) {
        expect(await scene.list({ where: { status } })).toEqual([]);
      }
    });

    it('follow a replacement', async () => {
      const { etag } = await scene.store.create(NOTES, toNote('a', { status: 'open' }));
      await scene.store.replace(NOTES, toNote('a', { status: 'done' }), etag);
      expect(await scene.list({ where: { status: 'open' } })).toEqual([]);
      expect(await scene.list({ where: { status: 'done' } })).toEqual(['a']);
    });

    it('refuse a field that is not indexed', async () => {
      await expect(scene.list({ where: { text: 'x' } })).rejects.toThrow(InvariantError);
    });

    it('refuse a limit that is not 1 to 1000', async () => {
      for (const limit of [0, -1, 1001, 1.5, Number.NaN]) {
        await expect(scene.list({ limit })).rejects.toThrow(InvariantError);
      }
    });
  });
}

export function describeContinuations(scene: StoreScene): void {
  describe('continuations', () => {
    beforeEach(async () => {
      for (const id of ['a', 'b', 'c'])
        await scene.store.create(NOTES, toNote(id, { status: 'open' }));
    });

    async function continuationOf(query: ListQuery): Promise<string> {
      const { continuation } = await scene.store.list(NOTES, query);
      if (continuation === undefined) throw new Error('expected a continuation');
      return continuation;
    }

    it('lead through all pages and end', async () => {
      const continuation = await continuationOf({ limit: 2 });
      const page = await scene.store.list(NOTES, { limit: 2, continuation });
      expect(page.items.map(({ id }) => id)).toEqual(['a']);
      expect(page.continuation).toBeUndefined();
    });

    it('lead from the oldest to the newest as well', async () => {
      const query = { limit: 2, isAscending: true };
      const continuation = await continuationOf(query);
      const page = await scene.store.list(NOTES, { ...query, continuation });
      expect(page.items.map(({ id }) => id)).toEqual(['c']);
      expect(page.continuation).toBeUndefined();
    });

    it('from the oldest on find what is new when they come to it', async () => {
      const query = { limit: 2, isAscending: true };
      const continuation = await continuationOf(query);
      await scene.store.create(NOTES, toNote('d'));
      await scene.store.create(NOTES, toNote('aa'));
      expect(await scene.list({ ...query, continuation })).toEqual(['c', 'd']);
    });

    it('are safe in a URL as they are', async () => {
      const continuation = await continuationOf({ limit: 1 });
      expect(encodeURIComponent(continuation)).toBe(continuation);
    });

    it('lead on when the document they name is deleted', async () => {
      const continuation = await continuationOf({ limit: 1 });
      await scene.store.delete(NOTES, 'c');
      expect(await scene.list({ continuation })).toEqual(['b', 'a']);
    });

    it('serve pages of another size', async () => {
      const continuation = await continuationOf({ limit: 1, where: { status: 'open' } });
      expect(await scene.list({ continuation, where: { status: 'open' }, limit: 50 })).toHaveLength(
        2,
      );
    });

    it('are refused when they are none of ours', async () => {
      for (const continuation of ['', 'x', '%%%', 'e30', 'WyJhIiwiYiIsImMiXQ', '\u0000']) {
        await expect(scene.list({ continuation })).rejects.toEqual(
          expect.toSatisfy(
            (error) =>
              error instanceof RejectedError &&
              error.status === 400 &&
              error.code === 'continuation_invalid',
          ),
        );
      }
    });

    it('are refused for another query', async () => {
      const continuation = await continuationOf({ limit: 1 });
      const others: Partial<ListQuery>[] = [
        { where: { status: 'open' } },
        { since: AT },
        { until: AT },
        { isAscending: true },
      ];
      for (const query of others) {
        await expect(scene.list({ ...query, continuation })).rejects.toThrow(RejectedError);
      }
    });

    it('take an order that is said for the one that is not', async () => {
      const continuation = await continuationOf({ limit: 1 });
      expect(await scene.list({ continuation, isAscending: false })).toEqual(['b', 'a']);
    });
  });
}
