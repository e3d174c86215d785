import { toSuspectId } from '../../domain/ids.ts';
import type { SuspectMark } from '../../domain/suspect-mark.ts';
import { SUSPECTS } from '../../ports/collections.ts';
import type { Delivery } from '../../ports/event-queue.ts';
import { updateDocument } from '../documents/index.ts';
import { type Storing, toTimestamp } from '../engine/index.ts';

/** Longer than a message is delivered again and again. */
const TTL_SECONDS = 3 * 86_400;

/** How often the process has died under a message. */
export interface Blame {
  readonly crashes: number;
  readonly loneCrashes: number;
}

/** What a delivery before this one has left of the message's history. */
export async function readBlame(engine: Storing, delivery: Delivery): Promise<Blame> {
  const mark = (await engine.store.read(SUSPECTS, toId(delivery)))?.document;
  if (!mark) return { crashes: 0, loneCrashes: 0 };
  const { crashes, loneCrashes } = mark;
  if (mark.state !== 'begun' || mark.delivery >= delivery.deliveryCount) {
    return { crashes, loneCrashes };
  }
  return { crashes: crashes + 1, loneCrashes: loneCrashes + (mark.isAlone ? 1 : 0) };
}

/** Records what is about to happen, or has happened, to this delivery. */
export function markDelivery(
  engine: Storing,
  delivery: Delivery,
  state: Blame & Pick<SuspectMark, 'state' | 'isAlone'>,
): Promise<void> {
  const id = toId(delivery);
  const updatedAt = toTimestamp(engine.clock);
  const { crashes, loneCrashes } = state;
  const mark: SuspectMark = {
    ...{ id, updatedAt, delivery: delivery.deliveryCount, crashes, loneCrashes },
    ...{ state: state.state, isAlone: state.isAlone },
  };
  return updateDocument<SuspectMark, void>(engine.store, SUSPECTS, id, () => ({
    document: mark,
    options: { ttlSeconds: TTL_SECONDS },
    result: undefined,
  }));
}

export async function forgetMark({ store }: Storing, delivery: Delivery): Promise<void> {
  await store.delete(SUSPECTS, toId(delivery));
}

function toId({ id, sequence }: Delivery): string {
  return toSuspectId(id, sequence);
}
