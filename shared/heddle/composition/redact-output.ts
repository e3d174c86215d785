import { LOG_LEVELS, type Logger } from '../ports/logger.ts';
import type { SpanAttributes, Telemetry } from '../ports/telemetry.ts';

type Redact = (text: string) => string;
type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * Takes secrets out of every line of a log, whoever writes it.
 * @param level the least that the log writes: lines below cost nothing
 */
export function withRedactedLines(
  logger: Logger,
  redact: Redact,
  level: LogLevel = 'debug',
): Logger {
  const write = (at: LogLevel): Logger[LogLevel] => {
    if (LOG_LEVELS.indexOf(at) < LOG_LEVELS.indexOf(level)) return () => undefined;
    return (message, fields = {}) =>
      logger[at](redact(String(message)), redactValues(fields, redact));
  };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}

/** Takes secrets out of names and attributes of spans: ids and types are senders' texts. */
export function withRedactedSpans(telemetry: Telemetry, redact: Redact): Telemetry {
  return {
    span: (name, { attributes = {}, ...options }, work) =>
      telemetry.span(
        redact(name),
        { ...options, attributes: redactValues(attributes, redact) },
        ({ traceparent, set }) =>
          work({ traceparent, set: (more: SpanAttributes) => set(redactValues(more, redact)) }),
      ),
    count: (metric, value, attributes) => telemetry.count(metric, value, attributes),
    record: (metric, value, attributes) => telemetry.record(metric, value, attributes),
    flush: () => telemetry.flush(),
    close: () => telemetry.close(),
  };
}

/** Code without types may pass anything: an error has its stack. */
function redactValues<T extends Readonly<Record<string, unknown>>>(values: T, redact: Redact): T {
  const entries = Object.entries(values).map(([name, value]) => [name, redactValue(value, redact)]);
  return Object.fromEntries(entries) as T;
}

function redactValue(value: unknown, redact: Redact): unknown {
  if (typeof value === 'string') return redact(value);
  if (typeof value !== 'object' || value === null) return value;
  return redact(value instanceof Error ? (value.stack ?? String(value)) : toText(value));
}

function toText(value: object): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}
