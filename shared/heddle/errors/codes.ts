import type { ErrorCodeEntry } from './error-code.ts';
import { REJECTED } from './rejected-codes.ts';
import { RETRYABLE } from './retryable-codes.ts';
import { TERMINAL } from './terminal-codes.ts';

/** Codes of errors that name no cause of the caller’s: conflicts, settings, bugs. */
export const OTHER = {
  config: {
    means: 'A setting or a file must change: every fault is listed.',
    fix: 'Correct each, then start again.',
  },
  etag: { means: 'The document changed since it was read.', fix: 'Read it again.' },
  exists: { means: 'A document of this id is there already.', fix: 'Use another id.' },
  internal: {
    means: 'An error that is none of Heddle’s: its text is in the log.',
    fix: 'Read the log.',
  },
  invariant: {
    means: 'A bug in Heddle.',
    fix: 'Please report it, with the message and the version.',
  },
} as const satisfies Readonly<Record<string, ErrorCodeEntry>>;

/** Catalogue of codes, by the class that carries them. */
export const ERROR_CODES = { REJECTED, RETRYABLE, TERMINAL, OTHER } as const;

export type RejectedCode = keyof typeof REJECTED;
export type RetryableCode = keyof typeof RETRYABLE;
export type TerminalCode = keyof typeof TERMINAL;
/** Every code that Heddle itself gives an error. Code of an app may add its own. */
export type ErrorCode = RejectedCode | RetryableCode | TerminalCode | keyof typeof OTHER;
