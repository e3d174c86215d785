import type { LogLine } from '../../domain/run.ts';
import type { LogFields, Logger } from '../../ports/logger.ts';
import { type Engine, toTimestamp } from '../engine/index.ts';

/** Lines that are kept: the first ones say how it began, the last ones how it ended. */
const FIRST = 20;
const LAST = 80;

/** Characters of the lines that are kept, for the first ones and for all. */
const MAX_FIRST_CHARS = 4000;
const MAX_CHARS = 16_000;

const MAX_MESSAGE_CHARS = 1000;
const MAX_VALUE_CHARS = 300;
const MAX_FIELDS = 20;

/** Beyond these, a text is not looked at. Longer than what is kept, as it is redacted before it is cut. */
const MAX_READ_CHARS = 8000;

interface RawLine {
  readonly at: string;
  readonly level: LogLine['level'];
  readonly message: string;
  readonly fields: LogFields;
}

export interface KeptLines {
  readonly log: readonly LogLine[];
  readonly logOmitted: number;
}

/** Lines that an attempt logs, of which some are kept with its run. */
export class AttemptLog {
  readonly #engine: Pick<Engine, 'clock' | 'redact'>;
  readonly #first: RawLine[] = [];
  readonly #last: RawLine[] = [];
  #count = 0;

  constructor(engine: Pick<Engine, 'clock' | 'redact'>) {
    this.#engine = engine;
  }

  /** A logger whose lines are noted before they are written. */
  wrap(logger: Logger): Logger {
    const write = (level: LogLine['level']) => (message: unknown, given?: unknown) => {
      const [text, fields] = [toText(message), toFields(given)];
      this.add(level, text, fields);
      logger[level](text, fields);
    };
    return {
      ...{ debug: write('debug'), info: write('info') },
      ...{ warn: write('warn'), error: write('error') },
    };
  }

  add(level: LogLine['level'], message: string, fields: LogFields = {}): void {
    this.#count++;
    const at = toTimestamp(this.#engine.clock);
    const line = { at, level, message: message.slice(0, MAX_READ_CHARS), fields: toRead(fields) };
    if (this.#first.length < FIRST) this.#first.push(line);
    else this.#last.push(line);
    // Removing them one by one would move the others each time.
    if (this.#last.length >= 2 * LAST) this.#last.splice(0, LAST);
  }

  /** The lines that are kept, without secrets. */
  toKept(): KeptLines {
    const lines = this.#toLines([...this.#first, ...this.#last.slice(-LAST)]);
    const first = takeWithin(lines.slice(0, FIRST), MAX_FIRST_CHARS);
    const rest = lines.slice(first.lines.length).reverse();
    const last = takeWithin(rest, MAX_CHARS - first.chars).lines.toReversed();
    const log = [...first.lines, ...last];
    return { log, logOmitted: this.#count - log.length };
  }

  #toLines(raw: readonly RawLine[]): LogLine[] {
    const { redact } = this.#engine;
    return raw.map(({ fields, message, ...line }) => {
      const kept = toKeptFields(fields, redact);
      const text = cut(redact(message), MAX_MESSAGE_CHARS);
      return { ...line, message: text, ...(kept ? { fields: kept } : {}) };
    });
  }
}

function takeWithin(lines: readonly LogLine[], max: number) {
  let chars = 0;
  const taken = lines.filter((line) => {
    chars += JSON.stringify(line).length;
    return chars <= max;
  });
  return { lines: taken, chars: Math.min(chars, max) };
}

/** Bounds what a line holds until the attempt has ended. */
function toRead(fields: LogFields): LogFields {
  const known = Object.entries(fields).filter(([, value]) => value !== undefined);
  const read = known
    .slice(0, MAX_FIELDS)
    .map(([name, value]) => [
      name,
      typeof value === 'string' ? value.slice(0, MAX_READ_CHARS) : value,
    ]);
  return Object.fromEntries(read) as LogFields;
}

function toKeptFields(fields: LogFields, redact: (text: string) => string): LogLine['fields'] {
  const known = Object.entries(fields);
  if (known.length === 0) return undefined;
  const kept = known.map(([name, value]) => {
    const isShort = typeof value === 'boolean' || Number.isFinite(value);
    return [name, isShort ? value : cut(redact(String(value)), MAX_VALUE_CHARS)];
  });
  return Object.fromEntries(kept) as LogLine['fields'];
}

/** Code without types may log anything: an error in place of the fields, objects as their values. */
function toFields(given: unknown): LogFields {
  if (typeof given !== 'object' || given === null)
    return given === undefined ? {} : { data: toText(given) };
  if (given instanceof Error) return { error: toText(given) };
  const entries = Object.entries(given).map(([name, value]) => [name, toValue(value)]);
  return Object.fromEntries(entries) as LogFields;
}

function toValue(value: unknown): string | number | boolean | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  return value === undefined ? undefined : toText(value);
}

function toText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Error) return value.stack ?? String(value);
  if (typeof value !== 'object' || value === null) return String(value);
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}

function cut(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1)}…`;
}
