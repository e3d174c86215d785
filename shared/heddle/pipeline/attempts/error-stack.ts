import { ERROR_CODES } from '../../errors/codes.ts';
import { HeddleError } from '../../errors/errors.ts';

const MAX_CHARS = 4000;
const MAX_FRAMES = 12;
const MAX_CAUSES = 3;
const MAX_HEAD_CHARS = 1000;
/** A frame with a path that is longer says nothing more. */
const MAX_FRAME_CHARS = 300;
/** A stack is redacted before it is cut, and no further than this. */
const MAX_READ_CHARS = 50_000;

/** The folder of the product, where the sources themselves run. In a bundle all files are one. */
const OWN = toOwnFolder(import.meta.url);

function toOwnFolder(url: string): string | undefined {
  const at = url.indexOf('pipeline/attempts/error-stack.ts');
  return at < 0 ? undefined : url.slice(0, at).replace('file://', '');
}

/**
 * Makes the stack to keep of anything that an actor has thrown: its message, then frames of the app's
 * own code, then those of packages, and the same of its causes. Frames of Heddle and of Node say
 * nothing about the actor, and are left out where there are others.
 * @returns undefined where it would say no more than code and message: nothing of the app is in it
 */
export function toErrorStack(
  thrown: unknown,
  redact: (text: string) => string,
): string | undefined {
  try {
    const stack = describe(thrown, redact);
    return stack === undefined ? undefined : cut(stack, MAX_CHARS);
  } catch {
    // A getter of the error may throw.
    return undefined;
  }
}

type Redact = (text: string) => string;

function describe(thrown: unknown, redact: Redact): string | undefined {
  if (!(thrown instanceof Error) || typeof thrown.stack !== 'string') return undefined;
  const own = toSorted(thrown.stack, redact);
  if (thrown instanceof HeddleError && isOwnError(thrown, own)) return undefined;
  return [own.text, ...describeCauses(thrown, redact)].join('\n');
}

/** In a bundle nobody can tell whose a frame is, so the code says it. */
function isOwnError({ code }: HeddleError, { appFrames }: Sorted): boolean {
  if (OWN !== undefined) return appFrames === 0;
  return Object.values(ERROR_CODES).some((codes) => Object.hasOwn(codes, code));
}

/** Describes the causes of an error, and the errors that an AggregateError has gathered. */
function describeCauses(error: Error, redact: Redact, depth = 1): readonly string[] {
  if (depth > MAX_CAUSES) return [];
  return toCauses(error).flatMap((cause) => {
    const { text } = toSorted(cause.stack ?? String(cause), redact);
    return [`Caused by: ${text}`, ...describeCauses(cause, redact, depth + 1)];
  });
}

function toCauses(error: Error): readonly Error[] {
  const gathered: unknown = 'errors' in error ? error.errors : undefined;
  const all: readonly unknown[] = [error.cause, ...(Array.isArray(gathered) ? gathered : [])];
  return all.filter((cause) => cause instanceof Error).slice(0, MAX_CAUSES);
}

interface Sorted {
  readonly text: string;
  readonly appFrames: number;
}

function toSorted(stack: string, redact: Redact): Sorted {
  const lines = redact(stack.slice(0, MAX_READ_CHARS)).split('\n');
  const begin = lines.findIndex(isFrame);
  const head = cut((begin < 0 ? lines : lines.slice(0, begin)).join('\n'), MAX_HEAD_CHARS);
  const frames = (begin < 0 ? [] : lines.slice(begin)).filter(isFrame);
  const app = frames.filter((frame) => toPlace(frame) === 'app');
  const packages = frames.filter((frame) => toPlace(frame) === 'package');
  const told = [...app, ...packages];
  const shown = (told.length > 0 ? told : frames).slice(0, MAX_FRAMES);
  const left = frames.length - shown.length;
  const more = left > 0 ? [`    … and ${left} more of packages, Heddle and Node`] : [];
  const text = [head, ...shown.map((frame) => cut(frame, MAX_FRAME_CHARS)), ...more].join('\n');
  return { text, appFrames: app.length };
}

function isFrame(line: string): boolean {
  return /^\s+at /.test(line);
}

function toPlace(frame: string): 'app' | 'package' | 'heddle' | 'node' {
  if (/\(?node:|\(native\)|<anonymous>\)?$/.test(frame)) return 'node';
  const path = frame.replaceAll('\\', '/');
  if (path.includes('/node_modules/')) return 'package';
  return OWN !== undefined && path.includes(OWN) ? 'heddle' : 'app';
}

function cut(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1)}…`;
}
