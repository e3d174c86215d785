import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toErrorsPage } from '../../../infra/errors-page.ts';
import { ERROR_CODES } from '../../../shared/heddle/errors/codes.ts';
import {
  RejectedError,
  RetryableError,
  TerminalError,
} from '../../../shared/heddle/errors/errors.ts';

const root = resolve(import.meta.dirname, '../../..');
const sources = globSync('{functions,shared/heddle}/**/*.ts', { cwd: root })
  .filter((path) => !/node_modules|heddle\/testing\/|-?codes\.ts$/.test(path))
  .map((path) => readFileSync(join(root, path), 'utf8').replace(/^\s*\*.*$/gm, ''));

describe('the catalogue of error codes', () => {
  it('has every code that the product throws', () => {
    const thrown = sources.flatMap((text) => [
      ...text.matchAll(/new (Rejected|Retryable|Terminal)Error\(\s*'(\w+)'/g),
    ]);
    expect(thrown.length).toBeGreaterThan(90);
    const known = {
      Rejected: ERROR_CODES.REJECTED,
      Retryable: ERROR_CODES.RETRYABLE,
      Terminal: ERROR_CODES.TERMINAL,
    };
    const missing = thrown.filter(
      ([, kind, code = '']) => !Object.hasOwn(known[kind as keyof typeof known], code),
    );
    expect(missing.map(([text]) => text)).toEqual([]);
  });

  it('has no code that nothing names', () => {
    const all = sources.join('\n');
    const { REJECTED, RETRYABLE, TERMINAL } = ERROR_CODES;
    const codes = [...Object.keys(REJECTED), ...Object.keys(RETRYABLE), ...Object.keys(TERMINAL)];
    // Made of a subject: `queue_unavailable`, `store_unavailable`; without a code: `terminal`.
    const made = ['queue_unavailable', 'store_unavailable', 'terminal'];
    const unused = codes.filter((code) => !all.includes(`'${code}'`) && !made.includes(code));
    expect(unused).toEqual([]);
  });

  it('is what the page of errors is made of', () => {
    const page = readFileSync(join(root, 'shared/heddle/errors/README.md'), 'utf8');
    expect(page, 'run "npm run errors"').toBe(toErrorsPage());
  });
});

describe('errors', () => {
  it('take the status of their code, or the one that the thrower gives', () => {
    expect(new RejectedError('trigger_not_found', 'none').status).toBe(404);
    expect(new RejectedError('trigger_not_found', 'none', { status: 422 }).status).toBe(422);
    expect(new RejectedError('my_code', 'none', { status: 418 }).status).toBe(418);
  });

  it('take code, message and options in this order', () => {
    const cause = new Error('below');
    const options = { cause, retryAfter: 3 };
    expect(new RetryableError('busy', 'later', options)).toMatchObject({
      ...{ name: 'RetryableError', code: 'busy', message: 'later', cause, retryAfter: 3 },
    });
    expect(new TerminalError('gone', 'never', { cause })).toMatchObject({
      ...{ name: 'TerminalError', code: 'gone', message: 'never', cause },
    });
  });

  it('take the message alone for a run that ends for good', () => {
    expect(new TerminalError('the repository is archived')).toMatchObject({
      ...{ code: 'terminal', message: 'the repository is archived' },
    });
  });
});
