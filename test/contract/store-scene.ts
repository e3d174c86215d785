import { afterEach, beforeEach, expect } from 'vitest';
import { ConflictError } from '../../shared/heddle/errors/errors.ts';
import type {
  Collection,
  DocumentStore,
  ListQuery,
} from '../../shared/heddle/ports/document-store.ts';

/** An empty store, with a way to let time pass. */
export interface StoreSubject {
  readonly store: DocumentStore;
  /** Moves the store's clock, or waits. */
  advance(ms: number): Promise<void>;
  close(): Promise<void>;
}

export interface Note {
  readonly id: string;
  readonly at: string;
  readonly status?: string | null;
  readonly size?: number | boolean | string;
  readonly text?: string;
}

export const NOTES: Collection<Note> = { name: 'notes', indexed: ['status', 'size'], time: 'at' };

export const AT = '2026-01-01T00:00:00.000Z';

export function toNote(id: string, rest: Partial<Note> = {}): Note {
  return { id, at: AT, ...rest };
}

export const conflict = (code: 'exists' | 'etag') =>
  expect.toSatisfy((error) => error instanceof ConflictError && error.code === code);

/** Gives each test of the calling block its own store. */
export interface StoreScene {
  readonly subject: StoreSubject;
  readonly store: DocumentStore;
  /** The ids of the listed notes. */
  list(query?: Partial<ListQuery>): Promise<string[]>;
}

export function useStore(createSubject: () => Promise<StoreSubject>): StoreScene {
  let subject: StoreSubject;
  beforeEach(async () => {
    subject = await createSubject();
  });
  afterEach(() => subject.close());
  return {
    get subject() {
      return subject;
    },
    get store() {
      return subject.store;
    },
    async list(query = {}) {
      const { items } = await subject.store.list(NOTES, { limit: 100, ...query });
      return items.map(({ id }) => id);
    },
  };
}
