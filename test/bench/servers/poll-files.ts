import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { PollContext } from '../../../shared/heddle/actors/poller.ts';
import { FilesPoller } from '../../../shared/heddle/actors/pollers/files.ts';
import type { Json } from '../../../shared/heddle/domain/json.ts';

/** Polls the folder in its argument on request, and reports the cost. */

export interface PollFigures {
  readonly ms: number;
  /** The time to read the same tree just before, without state and comparison. */
  readonly bareMs: number;
  /** The longest time for which the event loop was blocked. */
  readonly blockedMs: number;
  readonly events: readonly string[];
  readonly hasState: boolean;
  readonly stateKb: number;
  /** The process's peak memory above its memory before the first poll. */
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
