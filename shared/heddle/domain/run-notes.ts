import type { Attempt, LogLine, LostPath, Run } from './run.ts';

/** What an attempt leaves with its run, besides its outcome. */
export interface RunNotes {
  readonly log?: readonly LogLine[];
  readonly logOmitted?: number;
  readonly input?: unknown;
  readonly inputIs?: Run['inputIs'];
  readonly lostPaths?: readonly LostPath[];
}

/** Characters of the lines of all attempts of a run. Beyond, those of the first and the last are kept. */
const MAX_LOG_CHARS = 64_000;

/**
 * Adds the notes of an attempt that has just ended. Those about the input replace those of the
 * attempt before.
 * @param number of the attempt
 */
export function withNotes<R extends Run>(run: R, number: number, notes: RunNotes): R {
  const { log = [], logOmitted = 0, ...about } = notes;
  const { input: _input, inputIs: _inputIs, lostPaths: _lostPaths, ...rest } = run;
  const lines = {
    ...(log.length === 0 ? {} : { log: [...log] }),
    ...(logOmitted === 0 ? {} : { logOmitted }),
  };
  const attempts = run.attempts.map((one) => (one.attempt === number ? { ...one, ...lines } : one));
  return { ...rest, attempts: toBounded(attempts), ...about } as R;
}

/** Omits the lines of attempts in the middle: the first and the last tell most. */
function toBounded(attempts: readonly Attempt[]): readonly Attempt[] {
  let left = MAX_LOG_CHARS - toChars(attempts[0]);
  const kept = attempts.toReversed().map((attempt, back) => {
    if (back === attempts.length - 1) return attempt;
    left -= toChars(attempt);
    return left >= 0 || back === 0 ? attempt : withoutLines(attempt);
  });
  return kept.toReversed();
}

/** Length of the lines as they are stored, nearly. */
function toChars({ log = [] }: Partial<Attempt> = {}): number {
  return log.reduce((sum, line) => sum + JSON.stringify(line).length, 0);
}

function withoutLines({ log = [], logOmitted = 0, ...attempt }: Attempt): Attempt {
  const omitted = log.length + logOmitted;
  return omitted === 0 ? attempt : { ...attempt, logOmitted: omitted };
}

/** Removes the lines of an attempt: they are the actor's texts. */
export function withoutLog({ log: _log, logOmitted: _omitted, ...attempt }: Attempt): Attempt {
  return attempt;
}

/** A run as lists show it: without lines, stacks and input. */
export function toSlimRun({ input: _input, inputIs: _inputIs, ...run }: Run): Run {
  const attempts = run.attempts.map((attempt) => {
    const { error, ...rest } = withoutLog(attempt);
    return error ? { ...rest, error: withoutStack(error) } : rest;
  });
  const slim = { ...run, attempts } as Run;
  return slim.status === 'failed' ? { ...slim, error: withoutStack(slim.error) } : slim;
}

/** An error for other actors, lists and messages. */
export function withoutStack<E extends { readonly stack?: string | undefined }>({
  stack: _stack,
  ...error
}: E): Omit<E, 'stack'> {
  return error;
}

/** `inputMapping.id: $.idd led nowhere, so it is not in the input`. */
export function toLostText({ field, path, setBy }: LostPath): string {
  const rest = setBy === undefined ? 'it is not in the input' : `it is what ${setBy} says`;
  return `${field}: ${path} led nowhere, so ${rest}`;
}
