import type { Finding } from '../../api/health.ts';
import type { Backlog } from '../../ports/health.ts';
import type { Vitals } from './vitals.ts';

/** A message that waits longer for its turn is a fault, whatever keeps it. */
const MAX_LAG_MS = 300_000;
/** The pump reads its queue at least each second, or after 30 s where that has failed. */
const MAX_PUMP_SILENCE_MS = 45_000;
/** The Functions host calls for messages only, and other instances may have taken them. */
const MAX_HOST_SILENCE_MS = 300_000;
/** Failures in a row of the handling of messages. */
const MAX_HANDLING_FAILURES = 5;

interface Receiving {
  readonly vitals: Vitals;
  readonly backlog: Backlog;
  /** Whether the app itself reads the queue. */
  readonly isDriven: boolean;
  /** Messages that the app handles at once. */
  readonly capacity: number;
}

/** Finds messages that wait though nobody is busy, and messages that fail one after the other. */
export function findSilence(receiving: Receiving): readonly Finding[] {
  const { vitals, backlog } = receiving;
  const { handling, receives } = vitals;
  const lagMs = backlog.oldestDueMs ?? 0;
  const findings: Finding[] = [];
  if (isSilent(receiving)) findings.push(toSilence(receiving));
  else if (lagMs > MAX_LAG_MS) {
    findings.push({ text: `the oldest due message has waited for ${toMinutes(lagMs)}` });
  }
  if (receives.failures > 0) {
    findings.push({ text: `the queue was not read the last time: ${receives.last?.fault}` });
  }
  if (handling.failures >= MAX_HANDLING_FAILURES) {
    const text = `the last ${handling.failures} messages could not be handled: ${handling.last?.fault}`;
    findings.push({ text });
  }
  return findings;
}

function isSilent({ vitals, backlog, isDriven, capacity }: Receiving): boolean {
  if (backlog.oldestDueMs === undefined) return false;
  if (isDriven) return vitals.silentMs > MAX_PUMP_SILENCE_MS && vitals.inFlight < capacity;
  const isLate = backlog.oldestDueMs > MAX_HOST_SILENCE_MS;
  return isLate && vitals.silentMs > MAX_HOST_SILENCE_MS && vitals.inFlight === 0;
}

function toSilence({ vitals, isDriven }: Receiving): Finding {
  const time = toMinutes(vitals.silentMs);
  if (isDriven) {
    const text = `messages are due, and the queue has not been read for ${time}: start the app again`;
    return { text, isFatal: true };
  }
  return {
    text: `messages are due, and none has come here for ${time}: the functions dispatch and dispatch-ordered do not run, or another instance handles them for long`,
  };
}

function toMinutes(ms: number): string {
  return ms < 120_000 ? `${Math.floor(ms / 1000)} seconds` : `${Math.floor(ms / 60_000)} minutes`;
}
