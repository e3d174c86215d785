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
          sink(toLine(redact(`${new Date().toISOString()} ${at} ${message}${toText(fields)}`)));
  return {
    debug: write('debug', console.log),
    info: write('info', console.log),
    warn: write('warn', console.warn),
    error: write('error', console.error),
  };
}

/** Control characters, but for the ends of lines and tabs: a terminal would obey them. */
const CONTROL = /[^\P{Cc}\n\t]/gu;

/** Indents what follows the first line, so that no text can pass for a line of its own. */
function toLine(text: string): string {
  const plain = text.replace(CONTROL, ' ');
  return plain.includes('\n') ? plain.replace(/\n(?! {4})/g, '\n    ') : plain;
}

function toText(fields: LogFields): string {
  const shown = Object.entries(fields).filter(([, value]) => value !== undefined);
  return shown.map(([name, value]) => ` ${name}=${String(value)}`).join('');
}
