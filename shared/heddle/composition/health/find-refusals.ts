import type { Finding } from '../../api/health.ts';
import type { IntakeGate } from './intake-gate.ts';
import type { TryLog } from './try-log.ts';
import type { Vitals } from './vitals.ts';

/** A load balancer that takes an instance out of use sends it nothing that could succeed later. */
const FATAL_MS = 60_000;

type Seen = Pick<Vitals, 'queueWrites' | 'storeWrites' | 'storeReads'>;

/** Finds what is refused now, and what was refused the last time. */
export function findRefusals(
  gate: Pick<IntakeGate, 'refusals'>,
  { queueWrites, storeWrites, storeReads }: Seen,
  deliveries: TryLog,
): readonly Finding[] {
  return [
    ...gate.refusals.map(({ text }) => ({
      text: `deliveries are refused: ${text}`,
      isFatal: true,
    })),
    ...toFinding(deliveries, 'the last delivery was refused', FATAL_MS),
    ...toFinding(queueWrites, 'the queue did not accept the last time', FATAL_MS),
    ...toFinding(storeWrites, 'the store was not written the last time', 0),
    ...toFinding(storeReads, 'the store was not read the last time', 0),
  ];
}

/** A fault counts as fatal while it is new. Later it stays a fault, until a success. */
function toFinding(log: TryLog, what: string, fatalMs: number): readonly Finding[] {
  const fault = log.last?.fault;
  return fault === undefined ? [] : [{ text: `${what}: ${fault}`, isFatal: log.ageMs < fatalMs }];
}
