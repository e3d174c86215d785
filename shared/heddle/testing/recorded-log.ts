import type { LogFields, Logger } from '../ports/logger.ts';
import { LOG_LEVELS } from '../ports/logger.ts';

/** A line of the log. */
export interface LogLine {
  readonly level: (typeof LOG_LEVELS)[number];
  readonly message: string;
  readonly fields: LogFields;
}

export interface RecordedLog {
  readonly logger: Logger;
  readonly lines: readonly LogLine[];
}

/** Written whenever the planner is asked: it says nothing of a test. */
const HEARTBEAT = 'heartbeat';

export function createRecordedLog(): RecordedLog {
  const lines: LogLine[] = [];
  const write =
    (level: LogLine['level']) =>
    (message: string, fields: LogFields = {}) => {
      if (message !== HEARTBEAT) lines.push({ level, message, fields });
    };
  const methods = LOG_LEVELS.map((level) => [level, write(level)] as const);
  return { logger: Object.fromEntries(methods) as unknown as Logger, lines };
}
