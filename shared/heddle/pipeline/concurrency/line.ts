import type { Waiter } from '../../domain/limit-state.ts';
import type { Run } from '../../domain/run.ts';
import { WAITERS } from '../../ports/collections.ts';
import { updateDocument } from '../documents/index.ts';
import type { Engine } from '../engine/index.ts';

type Reading = Pick<Engine, 'store'>;

/** Limit of a page of the store. */
const MAX_PAGE = 1000;

export async function isInLine({ store }: Reading, { id, slots = [] }: Run): Promise<boolean> {
  return slots.length > 0 && (await store.read(WAITERS, id)) !== undefined;
}

/** Puts a run in line, or leaves it where it stands. */
export async function joinLine({ store }: Reading, waiter: Waiter): Promise<void> {
  await updateDocument<Waiter, void>(store, WAITERS, waiter.id, (found) => ({
    document: found && isSame(found, waiter) ? undefined : waiter,
    result: undefined,
  }));
}

function isSame(one: Waiter, other: Waiter): boolean {
  return (
    one.slot === other.slot &&
    one.attempt === other.attempt &&
    one.turn === other.turn &&
    one.isOrdered === other.isOrdered
  );
}

/**
 * Takes a run out of its line, before it is recorded that it waits no longer: afterwards nobody
 * looks after the run, and slots would be handed to it that it never uses.
 */
export async function leaveLine({ store }: Reading, { id, slots = [] }: Run): Promise<void> {
  if (slots.length > 0) await store.delete(WAITERS, id);
}

/** The first runs in line that hold no slot, and whether there are more. */
export interface Next {
  readonly waiting: readonly Waiter[];
  readonly hasMore: boolean;
}

/**
 * Finds the runs whose turn is next. A run that was handed a slot stays in line until it begins, so
 * a few more are read than are wanted, and where these do not suffice, as many as may hold slots.
 */
export async function findNext(
  { store }: Reading,
  slot: string,
  { wanted, holders }: { readonly wanted: number; readonly holders: ReadonlySet<string> },
): Promise<Next> {
  const most = Math.min(MAX_PAGE, wanted + holders.size + 1);
  const few = Math.min(most, 2 * wanted + 1);
  const read = async (limit: number) => {
    const { items } = await store.list(WAITERS, { where: { slot }, isAscending: true, limit });
    const free = items.filter(({ id }) => !holders.has(id));
    const isAll = items.length < limit;
    const isEnough = isAll || free.length > wanted;
    return { waiting: free.slice(0, wanted), hasMore: !isAll || free.length > wanted, isEnough };
  };
  const { isEnough, ...next } = await read(few);
  if (isEnough || few === most) return next;
  const { waiting, hasMore } = await read(most);
  return { waiting, hasMore };
}

/** Finds the first run in line, with or without a slot. */
export async function findHead({ store }: Reading, slot: string): Promise<string | undefined> {
  const page = await store.list(WAITERS, { where: { slot }, isAscending: true, limit: 1 });
  return page.items[0]?.id;
}
