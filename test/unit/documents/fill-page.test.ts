import { describe, expect, it } from 'vitest';
import { fillPage, readFirst } from '../../../shared/heddle/pipeline/documents/fill-page.ts';
import type {
  Collection,
  Document,
  DocumentStore,
  ListQuery,
  Page,
} from '../../../shared/heddle/ports/document-store.ts';

const THINGS: Collection<Document & { readonly at: string }> = {
  name: 'things',
  indexed: [],
  time: 'at',
};

/** A store that answers with these pages, one after the other, as far as they are asked for. */
function createStore(...pages: readonly (readonly [ids: string, looked?: number])[]) {
  const asked: ListQuery[] = [];
  const list = async (_collection: unknown, query: ListQuery): Promise<Page<Document>> => {
    asked.push(query);
    const [ids, looked] = pages[asked.length - 1] ?? [''];
    const items = [...ids].map((id) => ({ id }));
    const more = asked.length < pages.length ? { continuation: `${asked.length}` } : {};
    return { items, ...more, ...(looked === undefined ? {} : { looked }) };
  };
  return { asked, store: { list } as unknown as Pick<DocumentStore, 'list'> };
}

const idsOf = ({ items }: Page<Document>) => items.map(({ id }) => id).join('');

describe('a page that is filled', () => {
  it('is gathered of pages that ended early', async () => {
    const { store, asked } = createStore(['ab', 502], ['', 500], ['c']);
    const page = await fillPage(store, THINGS, { limit: 5 });
    expect(idsOf(page)).toBe('abc');
    expect(page).not.toHaveProperty('continuation');
    expect(asked).toEqual([
      { limit: 5 },
      { limit: 3, continuation: '1' },
      { limit: 3, continuation: '2' },
    ]);
  });

  it('leads on where it is full', async () => {
    const { store } = createStore(['ab', 502], ['c'], ['d']);
    const page = await fillPage(store, THINGS, { limit: 3 });
    expect(page).toEqual({ items: [{ id: 'a' }, { id: 'b' }, { id: 'c' }], continuation: '2' });
  });

  it('gives up after many documents in vain, and says how many it looked at', async () => {
    const vain = Array.from({ length: 30 }, () => ['', 500] as const);
    const { store, asked } = createStore(['a', 501], ...vain);
    const page = await fillPage(store, THINGS, { limit: 3 });
    expect(page).toEqual({ items: [{ id: 'a' }], continuation: '10', looked: 5001 });
    expect(asked).toHaveLength(10);
  });

  it('is short where documents are large, and leads on', async () => {
    const { store } = createStore(['ab', 502], ['c'], ['d']);
    const page = await fillPage(store, THINGS, { limit: 100 });
    expect(page).toEqual({ items: [{ id: 'a' }, { id: 'b' }, { id: 'c' }], continuation: '2' });
  });
});

describe('the first documents of a list', () => {
  it('are read however large they are', async () => {
    const { store } = createStore(...Array.from({ length: 30 }, () => ['a'] as const));
    expect(await readFirst(store, THINGS, { limit: 100 })).toHaveLength(30);
  });

  it('are no more than asked for', async () => {
    const { store, asked } = createStore(['ab'], ['c'], ['d']);
    expect(await readFirst(store, THINGS, { limit: 3 })).toHaveLength(3);
    expect(asked.map(({ limit }) => limit)).toEqual([3, 1]);
  });

  it('are those found before many were looked at in vain', async () => {
    const vain = Array.from({ length: 30 }, () => ['', 500] as const);
    const { store, asked } = createStore(['a'], ...vain);
    expect(await readFirst(store, THINGS, { limit: 3 })).toEqual([{ id: 'a' }]);
    expect(asked).toHaveLength(11);
  });
});
