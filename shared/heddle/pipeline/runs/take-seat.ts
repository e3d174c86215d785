import type { Delivery } from '../../ports/event-queue.ts';
import type { Engine, Seat } from '../engine/index.ts';

const UNLIMITED: Seat = () => undefined;

/** A message that has come as often as this is not left to another: deliveries would not count. */
const PATIENT_FROM = 3;

/**
 * Takes a seat for the execution of a run. A run whose sender waits needs none; one with an ordering
 * key waits for it, since what comes after it must not go first.
 * @returns undefined: the run is to be left to a message of its own
 */
export function takeSeat(
  { seats }: Pick<Engine, 'seats'>,
  trigger: string,
  { sequence, deliveryCount, orderingKey }: Delivery,
  { isFirst = false } = {},
): Seat | undefined | Promise<Seat | undefined> {
  if (!seats || deliveryCount === 0) return UNLIMITED;
  const isPatient = orderingKey !== undefined || deliveryCount >= PATIENT_FROM;
  return seats.take(trigger, { sequence, isPatient, isFirst });
}
