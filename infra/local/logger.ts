import { styleText } from 'node:util';
import type { LogLevel } from './worker/core-types.ts';

const severities: Record<LogLevel, number> = {
  trace: 0,
  debug: 1,
  information: 2,
  warning: 3,
  error: 4,
  critical: 5,
  none: 6,
};

export interface Logger {
  /** Read on every request: a plain field, so that a disabled debug line costs nothing. */
  readonly debugEnabled: boolean;
  write(level: LogLevel, message: string): void;
}

export function isLogLevel(name: string): name is LogLevel {
  return name in severities;
}

export function createLogger(threshold: LogLevel, stream: NodeJS.WriteStream): Logger {
  return {
    debugEnabled: severities.debug >= severities[threshold],
    write(level, message) {
      if (severities[level] < severities[threshold] || level === 'none') return;
      stream.write(`[${new Date().toISOString()}] ${toLabel(level, stream)} ${message}\n`);
    },
  };
}

function toLabel(level: LogLevel, stream: NodeJS.WriteStream): string {
  const label = level.padEnd(11);
  if (severities[level] >= severities.error) return styleText('red', label, { stream });
  if (level === 'warning') return styleText('yellow', label, { stream });
  return styleText('dim', label, { stream });
}
