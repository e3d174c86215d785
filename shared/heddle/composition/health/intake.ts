import { ConfigError, RejectedError, type RetryableError } from '../../errors/errors.ts';
import type { Receive } from '../../pipeline/ingest/index.ts';
import type { IntakeGate } from './intake-gate.ts';
import type { TryLog } from './try-log.ts';

/** Codes of errors that lie in one source, though its sender is answered 503. */
const OF_SOURCE: readonly string[] = ['endpoint_failed', 'fetch_failed'];

/** True where the source, not the app, could not take a delivery. */
export function isOfSource({ code }: Pick<RetryableError, 'code'>): boolean {
  return OF_SOURCE.includes(code);
}

/** Refuses deliveries while the gate is closed, and remembers whether the last was taken. */
export function guardIntake(
  receive: Receive,
  gate: Pick<IntakeGate, 'assertOpen'>,
  deliveries: TryLog,
): Receive {
  return async (...given) => {
    try {
      gate.assertOpen();
      const reply = await receive(...given);
      deliveries.succeeded();
      return reply;
    } catch (error) {
      if (isOfApp(error)) deliveries.failed(error);
      throw error;
    }
  };
}

function isOfApp(error: unknown): boolean {
  if (error instanceof RejectedError || error instanceof ConfigError) return false;
  return !isOfSource(error as RetryableError);
}
