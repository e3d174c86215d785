import type {
  Collection,
  Document,
  DocumentStore,
  ListQuery,
  Page,
} from '../../ports/document-store.ts';

type Lists = Pick<DocumentStore, 'list'>;

/** Documents that are looked at in vain while a caller waits. */
const MAX_PASSED_OVER = 5000;

/**
 * Lists a page, and goes on where the store looked at many documents in vain. It gives up after
 * {@link MAX_PASSED_OVER}: then the page is short, says how many were looked at, and its
 * continuation leads on. So it is where the documents are large: a page is held in memory.
 */
export async function fillPage<T extends Document>(
  store: Lists,
  collection: Collection<T>,
  query: ListQuery,
): Promise<Page<T>> {
  const items: T[] = [];
  let passedOver = 0;
  let more: Pick<ListQuery, 'continuation'> = {};
  for (;;) {
    const limit = query.limit - items.length;
    const page = await store.list(collection, { ...query, ...more, limit });
    items.push(...page.items);
    if (page.continuation === undefined) return { items };
    more = { continuation: page.continuation };
    if (page.looked === undefined || items.length === query.limit) return { items, ...more };
    passedOver += page.looked - page.items.length;
    if (passedOver >= MAX_PASSED_OVER) return { items, ...more, looked: items.length + passedOver };
  }
}

/** Reads the first documents of a list, however large, as far as {@link fillPage} finds them. */
export async function readFirst<T extends Document>(
  store: Lists,
  collection: Collection<T>,
  query: ListQuery,
): Promise<readonly T[]> {
  const found: T[] = [];
  let more: Pick<ListQuery, 'continuation'> = {};
  for (;;) {
    const limit = query.limit - found.length;
    const page = await fillPage(store, collection, { ...query, ...more, limit });
    found.push(...page.items);
    const isEnd = page.continuation === undefined || page.looked !== undefined;
    if (isEnd || found.length === query.limit) return found;
    more = { continuation: page.continuation };
  }
}
