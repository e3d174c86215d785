import { redactError } from '../shared/heddle/domain/redact.ts';

type Process = Pick<NodeJS.Process, 'prependListener' | 'listenerCount'>;

const LAST = { isLast: true };

/**
 * Takes secrets out of what ends the process, before a host writes it to its log: an error that
 * nobody has caught, or a rejection that nobody has handled. What follows from it stays as it was.
 */
export function redactCrashes(process: Process, redact: (text: string) => string): void {
  process.prependListener('uncaughtExceptionMonitor', (error) => redactError(error, redact, LAST));
  process.prependListener('unhandledRejection', (reason) => {
    redactError(reason, redact, LAST);
    // Without another listener, Node would have made it an uncaught exception.
    if (process.listenerCount('unhandledRejection') === 1) throw reason;
  });
}
