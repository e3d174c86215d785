import { describe, expect, it } from 'vitest';
import { listPage } from '../../../shared/heddle/api/list.ts';
import { RUNS } from '../../../shared/heddle/ports/collections.ts';
import type { DocumentStore, ListQuery } from '../../../shared/heddle/ports/document-store.ts';
import { createFakeClock } from '../../helpers/fake-clock.ts';

/** A store in which nothing is found among very many, 500 looked at by each page. */
function createScene(pages: number) {
  const asked: ListQuery[] = [];
  const list = async (_collection: unknown, query: ListQuery) => {
    asked.push(query);
    const page = { items: [], looked: 500 };
    return asked.length < pages ? { ...page, continuation: `p${asked.length}` } : { items: [] };
  };
  const store = { list } as unknown as DocumentStore;
  const side = { store, clock: createFakeClock() };
  const ask = (continuation?: string) =>
    listPage(side, RUNS, { where: {}, since: 3_600_000, limit: 10, continuation });
  return { asked, ask };
}

describe('a page of the API that ends early', () => {
  it('says how many documents were looked at so far, page after page', async () => {
    const { ask, asked } = createScene(25);
    const first = await ask();
    expect(first).toMatchObject({ items: [], looked: 5000 });
    const second = await ask(first.continuation);
    expect(second).toMatchObject({ items: [], looked: 10_000 });
    expect(await ask(second.continuation)).toEqual({ items: [] });
    expect(asked.map(({ continuation }) => continuation)).toEqual([
      undefined,
      ...Array.from({ length: 24 }, (_, index) => `p${index + 1}`),
    ]);
  });
});
