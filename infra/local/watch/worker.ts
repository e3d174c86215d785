import cluster, { type Worker } from 'node:cluster';
import type { ReadyMessage, StopMessage } from './messages.ts';

/** A process that runs one version of the app. */
export class WorkerProcess {
  /** Resolves to the port once the worker takes requests, or to undefined if it ends before. */
  readonly ready: Promise<number | undefined>;
  /** Resolves to the exit code; null if a signal ended it. */
  readonly exited: Promise<number | null>;
  readonly #worker: Worker;

  private constructor(worker: Worker) {
    this.#worker = worker;
    this.exited = new Promise((resolve) => {
      worker.once('exit', (code: number | null) => resolve(code));
    });
    const ready = new Promise<number>((resolve) => {
      worker.on('message', (message: ReadyMessage) => {
        if (message.type === 'ready') resolve(message.port);
      });
    });
    this.ready = Promise.race([ready, this.exited.then(() => undefined)]);
  }

  /** @param replacing the port of the version that this one replaces, if there is one */
  static start(replacing?: number): WorkerProcess {
    const args = process.argv.slice(2);
    const more = replacing === undefined ? [] : ['--replacing', String(replacing)];
    cluster.setupPrimary({ args: [...args, ...more] });
    return new WorkerProcess(cluster.fork());
  }

  stop(patienceMs: number): void {
    const message: StopMessage = { type: 'stop', patienceMs };
    if (this.#worker.isConnected()) this.#worker.send(message, () => undefined);
  }

  kill(): void {
    this.#worker.process.kill('SIGKILL');
  }
}
