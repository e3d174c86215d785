import cluster, { type Worker } from 'node:cluster';
import { resolve } from 'node:path';
import type {
  ListenMessage,
  LoadedMessage,
  ReadMessage,
  ReadyMessage,
  StopMessage,
} from './messages.ts';

/** How a process ended: the code is null if a signal ended it. */
export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
}

/** A process that runs one version of the app. */
export class WorkerProcess {
  /** Resolves to true once the worker has loaded and may take requests, or to false if it ends before. */
  readonly loaded: Promise<boolean>;
  /** Resolves to the port once the worker takes requests, or to undefined if it ends before. */
  readonly ready: Promise<number | undefined>;
  readonly exited: Promise<Ended>;
  readonly #worker: Worker;

  private constructor(worker: Worker) {
    this.#worker = worker;
    this.exited = new Promise((resolve) => {
      worker.once('exit', (code: number | null, signal: string | null) => {
        resolve({ code, signal });
      });
    });
    const loaded = Promise.withResolvers<true>();
    const ready = Promise.withResolvers<number>();
    worker.on('message', (message: LoadedMessage | ReadyMessage) => {
      if (message.type === 'loaded') loaded.resolve(true);
      if (message.type === 'ready') ready.resolve(message.port);
    });
    this.loaded = Promise.race([loaded.promise, this.exited.then(() => false)]);
    this.ready = Promise.race([ready.promise, this.exited.then(() => undefined)]);
  }

  /**
   * @param replacing the port of the version that this one replaces, if there is one
   * @param listenOn the port to listen on, where it is not the one that the options name
   */
  static start(replacing?: number, listenOn?: number): WorkerProcess {
    const args = process.argv.slice(2);
    const more = replacing === undefined ? [] : ['--replacing', String(replacing)];
    const port = listenOn === undefined ? [] : ['--port', String(listenOn)];
    // Workers accept connections themselves. One that this process accepts and hands to a worker that
    // is blocked, and then killed, would be open and never be answered.
    cluster.schedulingPolicy = cluster.SCHED_NONE;
    cluster.setupPrimary({ args: [...args, ...port, ...more] });
    return new WorkerProcess(cluster.fork({ HEDDLE_REPORT_FILES: '1' }));
  }

  /** Calls back with what the app reads. */
  onRead(callback: (paths: readonly string[]) => void): void {
    this.#worker.on('message', (message: ReadMessage | LoadedMessage) => {
      if (message.type !== 'read') return;
      callback(message.paths.map((path) => resolve(message.folder, path)));
    });
  }

  /** @param isLast whether no version goes on, so that the user waits for this one */
  stop(patienceMs: number, isLast: boolean): void {
    this.#send({ type: 'stop', patienceMs, isLast });
  }

  /** Lets a worker that has loaded take requests. */
  listen(): void {
    this.#send({ type: 'listen' });
  }

  #send(message: StopMessage | ListenMessage): void {
    if (this.#worker.isConnected()) this.#worker.send(message, () => undefined);
  }

  kill(): void {
    this.#worker.process.kill('SIGKILL');
  }
}
