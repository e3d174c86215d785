export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Fields carry ids and counts, never payloads, headers or settings. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
