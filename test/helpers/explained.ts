import { expect, onTestFinished } from 'vitest';
import { EVENTS } from '../../shared/collections.ts';
import type { DocumentStore } from '../../shared/ports.ts';

/**
 * When the test has finished, every event that it has brought into the store must say of each trigger
 * that was asked why it did or did not run: none is discarded without a word.
 */
export function expectExplained(store: DocumentStore): void {
  onTestFinished(async () => {
    const { items } = await store.list(EVENTS, { limit: 1000 });
    const unexplained = items.filter(({ decisions }) => decisions.length === 0);
    expect(unexplained.map(({ eventId }) => eventId)).toEqual([]);
  });
}
