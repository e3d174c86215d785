import type { Finding } from '../../api/health.ts';
import type { IntakeGate } from './intake-gate.ts';
import type { TryLog } from './try-log.ts';
import type { Vitals } from './vitals.ts';

/**
 * A fault is fatal for so long: a load balancer that takes an instance out of use sends it nothing
 * that could succeed later.
 */
const FATAL_MS = 60_000;

interface Seen extends Pick<Vitals, 'queueWrites' | 'storeWrites' | 'storeReads'> {
  readonly deliveries: TryLog;
}

/**
 * Finds what is refused now, and what was refused the last time.
 * @param provenAt when a write was last seen to succeed, in Unix milliseconds
 */
export function findRefusals(
  gate: Pick<IntakeGate, 'refusals'>,
  { queueWrites, storeWrites, storeReads, deliveries }: Seen,
  provenAt: number,
): readonly Finding[] {
  const isFatal = (log: TryLog) => log.ageMs < FATAL_MS && (log.last?.at ?? 0) > provenAt;
  return [
    ...gate.refusals.map(({ text }) => ({
      text: `deliveries are refused: ${text}`,
      isFatal: true,
    })),
    ...toFinding(deliveries, 'the last delivery was refused', isFatal(deliveries)),
    ...toFinding(queueWrites, 'the queue did not accept the last time', isFatal(queueWrites)),
    ...toFinding(storeWrites, 'the store was not written the last time', false),
    ...toFinding(storeReads, 'the store was not read the last time', false),
  ];
}

/** The last fault stays one until a success. */
function toFinding(log: TryLog, what: string, isFatal: boolean): readonly Finding[] {
  const fault = log.last?.fault;
  return fault === undefined ? [] : [{ text: `${what}: ${fault}`, isFatal }];
}
