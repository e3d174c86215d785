import type { LogFields, Logger } from '../../ports/logger.ts';

/** A logger that adds fields to every line; those of the line itself count more. */
export function withFields(logger: Logger, fields: LogFields): Logger {
  return {
    debug: (message, more) => logger.debug(message, { ...fields, ...more }),
    info: (message, more) => logger.info(message, { ...fields, ...more }),
    warn: (message, more) => logger.warn(message, { ...fields, ...more }),
    error: (message, more) => logger.error(message, { ...fields, ...more }),
  };
}

/** Ids by which the lines of a log and a trace find each other. */
export function toTraceFields(traceparent: string | undefined): LogFields {
  if (traceparent === undefined) return {};
  const [, traceId, spanId] = traceparent.split('-');
  return { traceId, spanId };
}
