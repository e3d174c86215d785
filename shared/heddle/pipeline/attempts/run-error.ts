import type { RunError } from '../../domain/run.ts';

const MAX_CODE_CHARS = 128;
const MAX_MESSAGE_CHARS = 1000;

/**
 * Makes the error to keep of anything that an attempt has thrown: an error with another's body laid
 * over it, a plain object, nothing. The end of the attempt has to be recorded in any case.
 */
export function toRunError(thrown: unknown, redact: (text: string) => string): RunError {
  const code = pickText(thrown, 'code') ?? pickText(thrown, 'name') ?? 'Error';
  return {
    code: redact(code).slice(0, MAX_CODE_CHARS),
    message: redact(toMessage(thrown)).slice(0, MAX_MESSAGE_CHARS),
  };
}

function toMessage(thrown: unknown): string {
  const message = pick(thrown, 'message') ?? thrown;
  if (typeof message !== 'object' || message === null) return String(message);
  try {
    return JSON.stringify(message) ?? 'something that has no text';
  } catch {
    return 'something that has no text';
  }
}

function pickText(thrown: unknown, key: 'code' | 'name'): string | undefined {
  const found = pick(thrown, key);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

/** A getter may throw as well. */
function pick(thrown: unknown, key: 'code' | 'name' | 'message'): unknown {
  if (typeof thrown !== 'object' || thrown === null) return undefined;
  try {
    return (thrown as Record<typeof key, unknown>)[key];
  } catch {
    return undefined;
  }
}
