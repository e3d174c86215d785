import { url as inspectorUrl } from 'node:inspector';
import { Worker } from 'node:worker_threads';
import type { LogFields, Logger } from '../../ports/logger.ts';
import { SharedNames } from './shared-names.ts';
import { WATCHER } from './watcher-thread.ts';

export interface Watchdog {
  /** Names the work under `id` as one that may block. */
  begin(id: number, about: LogFields): void;
  end(id: number): void;
  stop(): void;
}

/** Shorter than the least limit, and long enough to cost nothing. */
const BEAT_MS = 250;
const MAX_TICK_MS = 1000;

/**
 * Ends the process once its event loop has stood still for `limitMs`, as nothing within it can go
 * on, nor tell. Its parent starts it again: `npm start`, or the Functions host.
 *
 * The thread that watches counts its own ticks. So it does not fire after the machine has slept or
 * the process was stopped (SIGSTOP), where the thread stood still as well; nor while a debugger is
 * attached.
 */
export function startWatchdog(limitMs: number, logger: Logger): Watchdog {
  const cells = new Int32Array(new SharedArrayBuffer(8));
  const names = new SharedNames();
  const tickMs = Math.min(MAX_TICK_MS, limitMs / 10);
  const worker = new Worker(WATCHER, {
    eval: true,
    // Flags of the process, such as a small heap or a module to load first, are not meant for it.
    execArgv: [],
    workerData: { cells, names: names.buffer, tickMs, limitMs },
  });
  worker.unref();
  worker.on('error', (error) => {
    logger.warn(`A process that is blocked will not be ended: ${error.message}`);
  });
  const beat = setInterval(
    () => {
      Atomics.add(cells, 0, 1);
      Atomics.store(cells, 1, inspectorUrl() === undefined ? 0 : 1);
    },
    Math.min(BEAT_MS, tickMs / 2),
  );
  beat.unref();
  return {
    begin: (id, about) => names.add(id, toText(about)),
    end: (id) => names.remove(id),
    stop() {
      clearInterval(beat);
      void worker.terminate();
    },
  };
}

function toText(about: LogFields): string {
  const named = Object.entries(about).filter(([, value]) => value !== undefined);
  return named.map(([name, value]) => `${name}=${String(value)}`).join(' ');
}
