import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { findFreePort } from './free-port.ts';

const cli = fileURLToPath(new URL('../../../infra/local/main.ts', import.meta.url));
const app = fileURLToPath(new URL('../app', import.meta.url));

/** Nothing that npm, the shell or a user has set for Heddle or for Node. */
const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'NODE_COMPILE_CACHE'];
const RESTART_AFTER_MS = 300;
const READY_LINE = /^Heddle is ready on /m;

/** Those that still run end with this process, also where it ends early. */
const children = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

export interface HostProcessOptions {
  readonly env: Readonly<Record<string, string>>;
  /** Arguments of Node. */
  readonly nodeArgs: readonly string[];
  /** Takes all output. */
  readonly logFile: string;
}

/** The local host on a port of its own. It is started again whenever it has ended, as in Azure. */
export class HostProcess {
  readonly url: string;
  /** How often it ended without being asked to, and how often it was killed. */
  deaths = 0;
  kills = 0;
  readonly #options: HostProcessOptions;
  readonly #port: number;
  readonly #log: WriteStream;
  #env: Readonly<Record<string, string>>;
  #child: ChildProcess | undefined;
  #ready = Promise.withResolvers<void>();
  #isReady = false;
  #isStopping = false;

  private constructor(options: HostProcessOptions, port: number) {
    this.#options = options;
    this.#env = options.env;
    this.#port = port;
    this.url = `http://127.0.0.1:${port}`;
    this.#log = createWriteStream(options.logFile, { flags: 'a' });
  }

  static async start(options: HostProcessOptions): Promise<HostProcess> {
    const host = new HostProcess(options, await findFreePort());
    host.#spawn();
    return host;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Resolves once the process that runs now, or the next, is ready. */
  async ready(withinMs = 60_000): Promise<void> {
    const late = wait(withinMs, undefined, { ref: false }).then(() => {
      throw new Error(`the host was not ready within ${withinMs} ms: see ${this.#options.logFile}`);
    });
    await Promise.race([this.#ready.promise, late]);
  }

  /**
   * Kills it (SIGKILL); it starts again.
   * @param whileDown runs before it starts
   */
  async kill(whileDown?: () => void): Promise<void> {
    this.kills++;
    if (this.#child !== undefined) this.deaths--;
    await this.#end('SIGKILL');
    whileDown?.();
  }

  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child?.kill(name);
  }

  /** Ends it for good. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#end('SIGKILL');
    this.#log.end();
  }

  /** Kills it, and lets it start with other settings. */
  async restartWith(env: Readonly<Record<string, string>>): Promise<void> {
    this.#env = { ...this.#env, ...env };
    if (this.#child !== undefined) this.deaths--;
    await this.#end('SIGKILL');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await exited;
  }

  #spawn(): void {
    const inherited = INHERITED.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value] as const];
    });
    const args = [...this.#options.nodeArgs, cli, '--app', app, '--port', String(this.#port)];
    const child = spawn(process.execPath, args, {
      env: { ...Object.fromEntries(inherited), ...this.#env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    children.add(child);
    this.#collect(child);
    child.once('exit', (code, signal) => {
      children.delete(child);
      this.#onExit(code, signal);
    });
  }

  #collect(child: ChildProcess): void {
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk: string) => {
        if (!this.#log.writableEnded) this.#log.write(chunk);
        text = (text + chunk).slice(-10_000);
        if (READY_LINE.test(text)) this.#setReady();
      });
    }
  }

  #setReady(): void {
    this.#isReady = true;
    this.#ready.resolve();
  }

  #onExit(code: number | null, signal: NodeJS.Signals | null): void {
    this.#child = undefined;
    this.deaths++;
    // Who waits for a process that has died while it started waits for the next one.
    if (this.#isReady) this.#ready = Promise.withResolvers<void>();
    this.#isReady = false;
    if (this.#isStopping) return;
    this.#log.write(`--- ended with ${signal ?? code} at ${new Date().toISOString()}\n`);
    setTimeout(() => {
      if (!this.#isStopping) this.#spawn();
    }, RESTART_AFTER_MS);
  }
}
