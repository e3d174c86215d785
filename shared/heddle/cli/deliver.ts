import { CliError } from './cli-error.ts';
import type { SampleRequest } from './samples/sample-request.ts';

export interface DeliverOptions {
  readonly url: string;
  readonly count: number;
  readonly concurrency: number;
  readonly next: () => SampleRequest;
  /** Called after each response. */
  readonly onProgress: (summary: Summary) => void;
}

export interface Summary {
  readonly sent: number;
  readonly accepted: number;
  /** Counts of responses by status. */
  readonly byStatus: ReadonlyMap<number, number>;
  /** Milliseconds, unsorted. */
  readonly latencies: readonly number[];
  /** The last response. */
  readonly last: { readonly status: number; readonly text: string } | undefined;
}

/** Posts `count` deliveries, `concurrency` at a time. @throws {CliError} when no host answers */
export async function deliver(options: DeliverOptions): Promise<Summary> {
  const state = {
    sent: 0,
    accepted: 0,
    byStatus: new Map<number, number>(),
    latencies: [] as number[],
    last: undefined as Summary['last'],
  };
  let started = 0;
  const work = async () => {
    while (started < options.count) {
      started++;
      const { status, text, ms } = await post(options.url, options.next());
      state.sent++;
      state.accepted += status >= 200 && status < 300 ? 1 : 0;
      state.byStatus.set(status, (state.byStatus.get(status) ?? 0) + 1);
      state.latencies.push(ms);
      state.last = { status, text };
      options.onProgress(state);
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, work));
  return state;
}

async function post(url: string, { path, headers, body }: SampleRequest) {
  const start = performance.now();
  try {
    const response = await fetch(`${url}/${path}`, { method: 'POST', headers, body });
    const text = await response.text();
    return { status: response.status, text, ms: performance.now() - start };
  } catch (cause) {
    const reason = (cause as { cause?: { code?: string } }).cause?.code ?? String(cause);
    throw new CliError(
      `No host answers at ${url} (${reason}). Start it with \`npm start\`, or name it with --url.`,
      { cause },
    );
  }
}
