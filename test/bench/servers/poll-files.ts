import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { PollContext } from '../../../shared/heddle/actors/poller.ts';
import { FilesPoller } from '../../../shared/heddle/actors/pollers/files.ts';
import type { Json } from '../../../shared/heddle/domain/json.ts';

/** Polls the folder that is its argument whenever it is asked, and says what that took. */

export interface PollFigures {
  readonly ms: number;
  /** Reading the same tree right before, with nothing known of it and nothing compared. */
  readonly bareMs: number;
  /** The longest time for which nothing else could run. */
  readonly blockedMs: number;
  readonly events: readonly string[];
  readonly hasState: boolean;
  readonly stateKb: number;
  /** Of the process at its most, above what it had before the first poll. */
  readonly peakMb: number;
}

const [folder = ''] = process.argv.slice(2);
const AT_ONCE = 16;
const options = FilesPoller.parseOptions({
  path: folder,
  events: ['created', 'modified', 'deleted', 'moved'],
  debounceSeconds: 0,
});
let stateJson: string | undefined;

async function readBare(path: string): Promise<void> {
  const entries = (await readdir(path, { withFileTypes: true })).values();
  const work = async () => {
    for (const entry of entries) {
      const below = join(path, entry.name);
      await (entry.isDirectory() ? readBare(below) : lstat(below, { bigint: true }));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

async function poll() {
  const context: Pick<PollContext, 'state' | 'options' | 'signal' | 'clock'> = {
    state: stateJson === undefined ? undefined : (JSON.parse(stateJson) as Json),
    ...{ options, signal: new AbortController().signal, clock: { now: Date.now } },
  };
  const result = await new FilesPoller().poll(context as PollContext);
  if (result.state !== undefined) stateJson = JSON.stringify(result.state);
  const events = result.outcome === 'fire' ? result.events : [];
  return { events: events.map(({ event }) => String(event)), hasState: result.state !== undefined };
}

async function measure(): Promise<PollFigures> {
  const bare = performance.now();
  await readBare(folder);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const start = performance.now();
  const found = await poll();
  const ms = performance.now() - start;
  delay.disable();
  return {
    ...{ ...found, ms, bareMs: start - bare, blockedMs: delay.max / 1e6 },
    stateKb: (stateJson?.length ?? 0) / 1024,
    peakMb: process.resourceUsage().maxRSS / 1024 - residentMb,
  };
}

await readBare(folder);
const residentMb = process.memoryUsage().rss / 1024 ** 2;
process.on('message', async () => process.send?.(await measure()));
process.on('disconnect', () => process.exit());
process.send?.('ready');
