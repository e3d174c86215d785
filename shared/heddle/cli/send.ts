import { Command, InvalidArgumentError } from 'commander';
import { CliError } from './cli-error.ts';
import { deliver, type Summary } from './deliver.ts';
import { readLocalTarget } from './local-target.ts';
import type { SampleRequest } from './samples/sample-request.ts';
import { samples } from './samples/samples.ts';

interface Options {
  readonly count: number;
  readonly concurrency: number;
  readonly url?: string;
}

/** `heddle send <source> <type>` sends a signed example delivery to the local host. */
export function createSend(): Command {
  return new Command('send')
    .description(
      'Signs an example delivery with the configured secret and posts it to the local host.',
    )
    .argument('<source>', `the sender: ${Object.keys(samples).join(', ')}`)
    .argument('<type>', 'the event type, with or without its action: pull_request, issues.opened')
    .option('--count <n>', 'how many deliveries, each with an id of its own', toPositive, 1)
    .option('--concurrency <n>', 'how many at a time', toPositive, 1)
    .option(
      '--url <url>',
      'the host (default: the one that runs here, else the port in local.settings.json)',
    )
    .action(send);
}

async function send(source: string, type: string, options: Options): Promise<void> {
  const target = readLocalTarget();
  const url = (options.url ?? target.url).replace(/\/$/, '');
  const next = createSample(source, type, target.readSetting);
  const start = performance.now();
  const onProgress = createProgress(options.count);
  const summary = await deliver({ ...options, url, next, onProgress });
  if (options.count === 1) printAnswer(summary, url);
  else printSummary(summary, performance.now() - start);
  if (summary.accepted < summary.sent) process.exitCode = 1;
}

function createSample(
  source: string,
  type: string,
  readSetting: (name: string) => string,
): () => SampleRequest {
  const create = Object.hasOwn(samples, source) ? samples[source] : undefined;
  if (create) return create(type, readSetting);
  const known = Object.keys(samples).join(', ');
  throw new CliError(`There are no examples of "${source}". Known sources: ${known}`);
}

/** Rewrites one line at most ten times a second, where a terminal is attached. */
function createProgress(count: number): (summary: Summary) => void {
  let last = 0;
  return ({ sent, accepted }) => {
    if (count === 1 || !process.stderr.isTTY) return;
    if (sent < count && performance.now() - last < 100) return;
    last = performance.now();
    process.stderr.write(
      `\r${sent} of ${count} sent, ${accepted} accepted${sent < count ? '' : '\n'}`,
    );
  };
}

function printAnswer({ last }: Summary, url: string): void {
  console.log(`${last?.status} ${last?.text}`);
  if (last?.status !== 202) return;
  const { id } = JSON.parse(last.text) as { id?: string };
  if (id === undefined) return;
  console.log(`See what it caused: curl '${url}/api/v1/events/${encodeURIComponent(id)}'`);
}

function printSummary({ sent, accepted, byStatus, latencies }: Summary, ms: number): void {
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(1);
  const statuses = [...byStatus].map(([status, number]) => `${number} × ${status}`).join(', ');
  const seconds = ms / 1000;
  console.log(
    `${sent} sent in ${seconds.toFixed(1)} s (${Math.round(sent / seconds)}/s): ${accepted} accepted (${statuses}); p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`,
  );
}

function toPositive(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('Give a whole number from 1 up.');
}
