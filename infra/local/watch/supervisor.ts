import { relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type FileWatch, watchFiles } from './file-changes.ts';
import { RestartDelay } from './restart-delay.ts';
import { WorkerProcess } from './worker.ts';

/** How long a version may take for what it has begun after another has taken its place. */
const drainMs = 5 * 60_000;
/** How long a version may load before the terminal says that it still does. */
const slowMs = 10_000;

export interface SupervisorOptions {
  readonly app: string;
  /** Files and folders whose change replaces the worker. */
  readonly paths: readonly string[];
  /** Whether an app that ends by itself is started again. */
  readonly restarts: boolean;
  /** How long a version may take after Ctrl+C. */
  readonly stopMs: number;
}

/**
 * Runs the app in a worker, and replaces the worker when a file changes.
 *
 * 1. A new version is started beside the one that runs, and takes requests only once it has loaded. If
 *    it fails to load, the one that runs is not touched.
 * 2. Both listen on one port, which this process holds, so that no connection is refused in between.
 * 3. A version that loads is killed when another change comes: it may not take anything before it has
 *    loaded and this process lets it, so nothing is lost, and no more than one loads at a time.
 * 4. The version before stops in order: it answers the requests that it has, and ends what it has begun.
 * 5. With `--restart` a version that has run and ends by itself is started again on the same port, so
 *    that an actor that kills or blocks its process ends nothing else for long.
 */
export class Supervisor {
  readonly #app: string;
  readonly #paths: readonly string[];
  readonly #workers = new Set<WorkerProcess>();
  #port = 0;
  #current: WorkerProcess | undefined;
  /** The version that loads, and that has taken nothing yet. */
  #candidate: WorkerProcess | undefined;
  /** Resolves once the last version that was let take requests takes them, or has ended. */
  #handover: Promise<void> = Promise.resolve();
  #isStopping = false;
  readonly #restarts: boolean;
  readonly #stopMs: number;
  readonly #restartDelay = new RestartDelay();
  /** The port that a new version is told to listen on, once the first has ended with its own. */
  #listenOn: number | undefined;
  #watch: FileWatch | undefined;
  /** Files that changed while the first version was loading, which may or may not have them. */
  #early: readonly string[] = [];

  constructor({ app, paths, restarts, stopMs }: SupervisorOptions) {
    this.#restarts = restarts;
    this.#stopMs = stopMs;
    this.#app = app;
    this.#paths = paths;
  }

  async start(): Promise<void> {
    process.on('SIGINT', () => this.#onSignal());
    process.on('SIGTERM', () => this.#onSignal());
    // Begins before the files are loaded, so that no change is missed.
    const watch = watchFiles(this.#paths, (files) => void this.#replace(files));
    this.#watch = watch;
    const first = this.#startWorker();
    reportSlowLoad('The app', first.ready);
    const port = await first.ready;
    if (port === undefined) return this.#endWith(first);
    this.#port = port;
    this.#current = first;
    this.#exitWith(first);
    process.once('exit', watch.end);
    if (this.#early.length > 0) void this.#replace(this.#early);
  }

  #startWorker(replacing?: number): WorkerProcess {
    const worker = WorkerProcess.start(replacing, this.#listenOn);
    this.#workers.add(worker);
    worker.onRead((paths) => this.#watch?.add(paths));
    void worker.exited.then(() => this.#workers.delete(worker));
    return worker;
  }

  async #replace(files: readonly string[]): Promise<void> {
    if (this.#isStopping) return;
    if (!this.#current) {
      this.#early = [...this.#early, ...files];
      return;
    }
    const names = files.map((file) => relative(this.#app, file) || file);
    console.log(`Changed: ${names.join(', ')}. The new version is loading …`);
    this.#candidate?.kill();
    const candidate = this.#startWorker(this.#port);
    this.#candidate = candidate;
    reportSlowLoad('The new version', candidate.loaded);
    const hasLoaded = await candidate.loaded;
    await this.#handover;
    if (this.#candidate !== candidate || this.#isStopping) return;
    this.#candidate = undefined;
    if (hasLoaded) this.#handover = this.#handOver(candidate);
    else await reportRefusal(candidate);
  }

  async #handOver(candidate: WorkerProcess): Promise<void> {
    candidate.listen();
    const port = await candidate.ready;
    if (this.#isStopping) return;
    if (port === undefined) await reportRefusal(candidate);
    else void this.#takeOver(candidate);
  }

  async #takeOver(candidate: WorkerProcess): Promise<void> {
    const before = this.#current;
    this.#current = candidate;
    this.#exitWith(candidate);
    console.log('The new version takes over. The one before it ends what it has begun.');
    before?.stop(drainMs, false);
    await before?.exited;
    if (this.#current === candidate) console.log('The new version runs.');
  }

  /** Ends this process with the worker, if it is the one that runs: as without a supervisor. */
  #exitWith(worker: WorkerProcess): void {
    void worker.exited.then(() => {
      if (this.#current !== worker) return;
      if (this.#restarts && !this.#isStopping) void this.#startAgain(worker);
      else void this.#endWith(worker);
    });
  }

  /** Starts the app again after it has ended by itself, until it runs. */
  async #startAgain(ended: WorkerProcess): Promise<void> {
    const { code, signal } = await ended.exited;
    this.#current = undefined;
    this.#candidate?.kill();
    this.#candidate = undefined;
    await this.#handover;
    // A new version was about to take over, and has.
    if (this.#current) return;
    this.#listenOn = this.#port;
    const waitMs = this.#restartDelay.next();
    const when = waitMs === 0 ? 'now' : `in ${waitMs / 1000} s`;
    const how = signal ? `was ended by ${signal}` : `has ended with code ${code}`;
    console.error(`The app ${how}. It starts again ${when}.`);
    await delay(waitMs);
    const worker = this.#startWorker(this.#port);
    if (await worker.loaded) worker.listen();
    if ((await worker.ready) === undefined) return this.#startAgain(worker);
    this.#current = worker;
    this.#exitWith(worker);
    this.#restartDelay.noteReady();
    console.log('The app runs again.');
  }

  async #endWith(worker: WorkerProcess): Promise<never> {
    const { code, signal } = await worker.exited;
    if (signal) console.error(`The app was ended by ${signal}. ${toCause(signal)}Start it again.`);
    await this.#stopAll(this.#stopMs);
    process.exit(code ?? 1);
  }

  #onSignal(): void {
    if (this.#isStopping || !this.#current) {
      for (const worker of this.#workers) worker.kill();
      process.exit(130);
    }
    void this.#stopAll(this.#stopMs);
  }

  async #stopAll(patienceMs: number): Promise<void> {
    if (!this.#isStopping) {
      this.#candidate?.kill();
      for (const worker of this.#workers) worker.stop(patienceMs, true);
    }
    this.#isStopping = true;
    await Promise.all([...this.#workers].map(({ exited }) => exited));
  }
}

function reportSlowLoad(what: string, end: Promise<unknown>): void {
  const timer = setTimeout(() => {
    console.warn(`${what} is still loading: an import or a top-level await has not ended.`);
  }, slowMs);
  void end.then(() => clearTimeout(timer));
}

async function reportRefusal(candidate: WorkerProcess): Promise<void> {
  const { signal } = await candidate.exited;
  const end = 'The version before it goes on running: ';
  console.error(
    signal
      ? `The change has not been taken over: the new version was ended by ${signal}. ${toCause(signal)}${end}save a file to try again.`
      : `The change has not been taken over, for the reason above. ${end}correct the file and save it.`,
  );
}

/** A worker that is not to end ignores the signals of a terminal, so SIGKILL is the usual one. */
function toCause(signal: string): string {
  return signal === 'SIGKILL' ? 'The machine may have run out of memory. ' : '';
}
