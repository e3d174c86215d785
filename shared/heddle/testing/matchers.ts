import type { Run, RunStatus } from '../domain/run.ts';
import type { TestApp } from './test-app.ts';

interface Result {
  readonly pass: boolean;
  readonly message: () => string;
}

/**
 * Matchers whose messages say why: `expect.extend(heddleMatchers)`.
 * @example
 * await expect(app).toHaveRun('greet-issue');
 * expect(run).toHaveSucceeded();
 */
export const heddleMatchers = {
  /** The trigger has made this many runs; default: at least one. */
  async toHaveRun(app: TestApp, trigger: string, times?: number): Promise<Result> {
    const { length } = await app.runs(trigger);
    const isAny = times === undefined ? length > 0 : length === times;
    const wanted = times === undefined ? 'to have run' : `to have run ${times} times`;
    const why = (await app.events()).length === 0 ? 'there is no event' : await explainLast(app);
    return {
      pass: isAny,
      message: () => `expected ${trigger} ${wanted}, found ${length} runs; last event: ${why}`,
    };
  },
  toHaveSucceeded: (run: Run): Result => toStatusResult(run, 'succeeded'),
  /** @param code the error's code; default: any */
  toHaveFailed(run: Run, code?: string): Result {
    const { pass, message } = toStatusResult(run, 'failed');
    const isCode = run.status !== 'failed' || code === undefined || run.error.code === code;
    const wanted = code === undefined ? '' : ` with ${code}`;
    return { pass: pass && isCode, message: () => `${message()}${wanted}` };
  },
};

/** The types of {@link heddleMatchers}, to declare in a module of the tests: see the README. */
export interface HeddleMatchers<R = unknown> {
  toHaveRun(trigger: string, times?: number): Promise<R>;
  toHaveSucceeded(): R;
  toHaveFailed(code?: string): R;
}

async function explainLast(app: TestApp): Promise<string> {
  return (await app.explain()).text;
}

function toStatusResult(run: Run, status: RunStatus): Result {
  const found =
    run.status === 'failed' ? `failed: ${run.error.code}: ${run.error.message}` : run.status;
  const message = () => `expected a run of ${run.trigger} that ${status}, found ${found}`;
  return { pass: run.status === status, message };
}
