import type {
  Collection,
  Document,
  DocumentStore,
  ListQuery,
  Page,
} from '../../ports/document-store.ts';

/** Documents that are looked at in vain while a caller waits. */
const MAX_PASSED_OVER = 5000;

/**
 * Lists until the page is full or there is no more, where the store ends pages early. It gives up
 * where it looks at many documents in vain: then the page is short, says how many were looked at,
 * and its continuation leads on.
 */
export async function fillPage<T extends Document>(
  store: Pick<DocumentStore, 'list'>,
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
    if (items.length === query.limit) return { items, ...more };
    passedOver += (page.looked ?? page.items.length) - page.items.length;
    if (passedOver >= MAX_PASSED_OVER) return { items, ...more, looked: items.length + passedOver };
  }
}
