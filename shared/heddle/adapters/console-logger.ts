import type { LogFields, Logger } from '../ports/logger.ts';
import { LOG_LEVELS } from '../ports/logger.ts';

export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * Writes one line per entry to standard output or, from `warn` up, standard error.
 * @param redact takes secret values out of a line
 */
export function createConsoleLogger(level: LogLevel, redact: (text: string) => string): Logger {
  const write = (at: LogLevel, sink: (line: string) => void) =>
    LOG_LEVELS.indexOf(at) < LOG_LEVELS.indexOf(level)
      ? () => undefined
      : (message: string, fields: LogFields = {}) =>
          sink(redact(`${new Date().toISOString()} ${at} ${message}${toText(fields)}`));
  return {
    debug: write('debug', console.log),
    info: write('info', console.log),
    warn: write('warn', console.warn),
    error: write('error', console.error),
  };
}

function toText(fields: LogFields): string {
  const shown = Object.entries(fields).filter(([, value]) => value !== undefined);
  return shown.map(([name, value]) => ` ${name}=${String(value)}`).join('');
}
