import { RetryableError } from '../../errors/errors.ts';
import type { Vitals } from './vitals.ts';

/** A reason for which nothing is accepted now. */
export interface Refusal {
  /** A code of `RetryableError`. */
  readonly code: string;
  /** The fault and the next step, for everybody. */
  readonly text: string;
  /** Seconds. */
  readonly retryAfter: number;
}

export type FindRefusal = () => Refusal | undefined;

/** Failures in a row after which the queue counts as unreadable: the pump has then waited 3 s. */
const MAX_RECEIVE_FAILURES = 3;
/** A store that fails for so long makes messages use up their deliveries. */
const STORE_GRACE_MS = 30_000;
/** A write that has not been tried for so long may succeed by now. */
const STALE_MS = 30_000;

/**
 * Refuses deliveries while messages could not be read: a sender that comes again is better off than
 * one whose event is kept where nobody can get at it. Whoever knows another reason adds it.
 */
export class IntakeGate {
  readonly #finders: FindRefusal[] = [];

  /** Adds a reason, which is looked for at each delivery: it must cost nothing. */
  add(find: FindRefusal): void {
    this.#finders.push(find);
  }

  get refusals(): readonly Refusal[] {
    return this.#finders.flatMap((find) => find() ?? []);
  }

  /** @throws {RetryableError} while there is a reason to refuse */
  assertOpen(): void {
    const [first] = this.refusals;
    if (first === undefined) return;
    const { code, text, retryAfter } = first;
    throw new RetryableError(code, text, { retryAfter });
  }
}

const RETRY_AFTER = 10;

/** Finds out that messages cannot be received. The receiver goes on trying, which ends this. */
export function findReceiveRefusal({ receives }: Pick<Vitals, 'receives'>): Refusal | undefined {
  if (receives.failures < MAX_RECEIVE_FAILURES) return undefined;
  const text = `the queue cannot be read: ${receives.last?.fault}`;
  return { code: 'queue_unavailable', text, retryAfter: RETRY_AFTER };
}

/**
 * Finds out that the store is away. Reading it again ends this.
 * @param readAgain reads the store; may be called often
 */
export function findStoreRefusal(
  { storeReads, storeWrites }: Pick<Vitals, 'storeReads' | 'storeWrites'>,
  readAgain: () => void,
): Refusal | undefined {
  const isUnreadable = storeReads.failingMs >= STORE_GRACE_MS;
  const isUnwritable = storeWrites.failingMs >= STORE_GRACE_MS && storeWrites.ageMs < STALE_MS;
  if (!isUnreadable && !isUnwritable) return undefined;
  if (isUnreadable) readAgain();
  const log = isUnreadable ? storeReads : storeWrites;
  const text = `the store cannot be ${isUnreadable ? 'read' : 'written'}: ${log.last?.fault}`;
  return { code: 'store_unavailable', text, retryAfter: RETRY_AFTER };
}
