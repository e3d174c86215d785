import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { DocumentStore, ListQuery } from '../../shared/heddle/ports/document-store.ts';
import { NOTES, type Note, type StoreSubject } from './store-scene.ts';

const times = [1, 2, 3, 4].map((day) => `2026-01-0${day}T00:00:00.000Z`);
const status = fc.constantFrom('open', 'done', undefined);
const size = fc.constantFrom(1, 2, undefined);

const arbitraryNote: fc.Arbitrary<Note> = fc
  .record({ id: fc.stringMatching(/^[a-z]{1,2}$/), at: fc.constantFrom(...times), status, size })
  .map((note) => withoutUndefined<Note>(note));

const arbitraryNotes = fc.uniqueArray(arbitraryNote, { selector: ({ id }) => id, maxLength: 30 });

const arbitraryQuery: fc.Arbitrary<ListQuery> = fc
  .record({
    where: fc
      .record({ status, size })
      .map((where) => withoutUndefined<Record<string, string | number>>(where)),
    since: fc.constantFrom(...times, undefined),
    until: fc.constantFrom(...times, undefined),
    isAscending: fc.constantFrom(true, false, undefined),
    limit: fc.integer({ min: 1, max: 7 }),
  })
  .map((query) => withoutUndefined<ListQuery>(query));

/** Drops undefined values, as JSON does. */
function withoutUndefined<R>(value: object): R {
  return JSON.parse(JSON.stringify(value)) as R;
}

/** Computes what one list of everything should hold. */
function select(notes: readonly Note[], query: ListQuery): Note[] {
  const { where = {}, since = '', until = '~', isAscending } = query;
  const key = ({ at, id }: Note) => `${at} ${id}`;
  const sorted = notes
    .filter((note) => note.at >= since && note.at < until)
    .filter((note) => Object.entries(where).every(([k, v]) => note[k as keyof Note] === v))
    .toSorted((a, b) => (key(a) < key(b) ? 1 : -1));
  return isAscending ? sorted.toReversed() : sorted;
}

async function listAll(
  store: DocumentStore,
  query: ListQuery,
  betweenPages: () => Promise<void> = async () => {},
): Promise<Note[]> {
  const notes: Note[] = [];
  let continuation: string | undefined;
  do {
    const page = await store.list(NOTES, { ...query, ...(continuation && { continuation }) });
    expect(page.items.length).toBeLessThanOrEqual(query.limit);
    notes.push(...page.items);
    continuation = page.continuation;
    await betweenPages();
  } while (continuation !== undefined);
  return notes;
}

/** Creates or replaces the note. */
async function put(store: DocumentStore, note: Note): Promise<void> {
  const before = await store.read(NOTES, note.id);
  if (before === undefined) await store.create(NOTES, note);
  else await store.replace(NOTES, note, before.etag);
}

export function describePaging(createSubject: () => Promise<StoreSubject>, numRuns: number): void {
  async function withStore(work: (store: DocumentStore) => Promise<void>): Promise<void> {
    const subject = await createSubject();
    await work(subject.store).finally(() => subject.close());
  }

  it('together are the documents asked for, in order', async () => {
    const property = fc.asyncProperty(arbitraryNotes, arbitraryQuery, (notes, query) =>
      withStore(async (store) => {
        for (const note of notes) await store.create(NOTES, note);
        expect(await listAll(store, query)).toEqual(select(notes, query));
      }),
    );
    await fc.assert(property, { numRuns });
  });

  it('neither repeat nor skip what stays, whatever is written in between', async () => {
    const property = fc.asyncProperty(
      arbitraryNotes,
      arbitraryQuery,
      fc.array(fc.oneof(arbitraryNote, fc.stringMatching(/^[a-z]{1,2}$/)), { maxLength: 15 }),
      (notes, query, writes) =>
        withStore(async (store) => {
          for (const note of notes) await store.create(NOTES, note);
          const touched = new Set(writes.map((w) => (typeof w === 'string' ? w : w.id)));
          const pending = [...writes];
          const listed = await listAll(store, query, async () => {
            for (const write of pending.splice(0, 3)) {
              if (typeof write === 'string') await store.delete(NOTES, write);
              else await put(store, write);
            }
          });
          const staying = ({ id }: Note) => !touched.has(id);
          expect(listed.filter(staying)).toEqual(select(notes.filter(staying), query));
        }),
    );
    await fc.assert(property, { numRuns });
  });
}
