import { ERROR_CODES } from '../shared/heddle/errors/codes.ts';
import type { ErrorCodeEntry } from '../shared/heddle/errors/error-code.ts';

interface Section {
  readonly title: string;
  readonly text: string;
  readonly codes: Readonly<Record<string, ErrorCodeEntry & { readonly status?: number }>>;
}

const SECTIONS: readonly Section[] = [
  {
    title: '`RejectedError`: the caller changes the request',
    text: 'Answered with the status, as problem details (RFC 9457); nothing was queued.',
    codes: ERROR_CODES.REJECTED,
  },
  {
    title: '`RetryableError`: it is tried again',
    text: 'In a run, as the trigger’s `retry` says; a request is answered 503 with `Retry-After`.',
    codes: ERROR_CODES.RETRYABLE,
  },
  {
    title: '`TerminalError`: trying again cannot help',
    text: 'The run is recorded as failed, and kept among the dead letters.',
    codes: ERROR_CODES.TERMINAL,
  },
  {
    title: 'Others',
    text: '`ConflictError`, `ConfigError`, `InvariantError`, and errors that are none of Heddle’s.',
    codes: ERROR_CODES.OTHER,
  },
];

/** Makes the page of all error codes. `npm run errors` writes it, and a test compares it. */
export function toErrorsPage(): string {
  return `# Errors

The class says who has to act. The code is stable: branch on it, and name it in a trigger’s
\`nonRetryable\`. The message says what was expected, what was found and the next step; it never
carries a secret, a signature or a body. \`npm run errors\` makes this page from
[codes.ts](codes.ts).

${SECTIONS.map(toSection).join('\n')}`;
}

function toSection({ title, text, codes }: Section): string {
  const entries = Object.entries(codes);
  const hasStatus = entries.some(([, { status }]) => status !== undefined);
  const head = hasStatus
    ? '| code | status | means | what to do |\n| --- | --- | --- | --- |'
    : '| code | means | what to do |\n| --- | --- | --- |';
  const rows = entries.map(([code, { status, means, fix }]) =>
    hasStatus
      ? `| \`${code}\` | ${status} | ${means} | ${fix} |`
      : `| \`${code}\` | ${means} | ${fix} |`,
  );
  return `## ${title}\n\n${text}\n\n${head}\n${rows.join('\n')}\n`;
}
