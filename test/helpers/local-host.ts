import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, onTestFinished } from 'vitest';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const cli = join(repository, 'infra/local/main.ts');
const readyLine = /^Heddle is ready on (http:\/\/\S+)$/m;
const readyWithinMs = 20_000;

export interface HostOptions {
  /** The folder of the function app. */
  app: string;
  env?: NodeJS.ProcessEnv;
  args?: string[];
}

export interface ExitedHost {
  /** Null when a signal ended it. */
  exitCode: number | null;
  /** All output, stdout and stderr in order of arrival. */
  output: string;
}

export interface RunningHost extends AsyncDisposable {
  /** For example `http://127.0.0.1:41234`. */
  url: string;
  pid: number;
  output(): string;
  /** Resolves with the first match in the output, as soon as there is one. */
  waitFor(pattern: RegExp): Promise<RegExpExecArray>;
  /** Stops it in order (SIGTERM), and waits. */
  stop(): Promise<ExitedHost>;
  /** Kills it at once (SIGKILL), and waits. */
  kill(): Promise<ExitedHost>;
  signal(name: NodeJS.Signals): void;
  exited: Promise<ExitedHost>;
}

const cleanups = new Set<() => unknown>();
const runCleanups = () => Promise.all([...cleanups].map((cleanup) => cleanup()));
afterAll(runCleanups);

/** Runs the cleanup when the test ends; for a `beforeAll`, when its file ends. */
function atEnd(cleanup: () => unknown): void {
  cleanups.add(cleanup);
  const runOnce = () => {
    cleanups.delete(cleanup);
    return cleanup();
  };
  try {
    onTestFinished(async () => void (await runOnce()));
  } catch {
    // Outside a test, afterAll runs it.
  }
}

/** Starts the local host on a free port and waits until it is ready. Rejects if it ends before. */
export async function startHost(options: HostOptions): Promise<RunningHost> {
  const host = spawnHost(options);
  const [, url = ''] = await host.waitFor(readyLine);
  return { ...host, url };
}

/** Waits for the end of a host whose start should fail. */
export function runHost(options: HostOptions): Promise<ExitedHost> {
  return spawnHost(options).exited;
}

function spawnHost({ app, env = {}, args = [] }: HostOptions): RunningHost {
  const child = spawn(process.execPath, [cli, '--app', app, '--port', '0', ...args], {
    cwd: repository,
    env: { ...process.env, NODE_OPTIONS: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = collectOutput(child);
  const exited = new Promise<ExitedHost>((resolve) => {
    child.once('close', (exitCode) => resolve({ exitCode, output: log.text() }));
  });
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return exited;
  };
  atEnd(() => end('SIGKILL'));
  return {
    url: '',
    pid: child.pid ?? -1,
    output: log.text,
    waitFor: (pattern) => waitForMatch(log, pattern, exited),
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    signal: (name) => void child.kill(name),
    exited,
    [Symbol.asyncDispose]: async () => void (await end('SIGKILL')),
  };
}

interface OutputLog {
  text(): string;
  onMore(listener: () => void): () => void;
}

function collectOutput(child: ChildProcess): OutputLog {
  let text = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      for (const listener of listeners) listener();
    });
  }
  return {
    text: () => text,
    onMore(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

async function waitForMatch(log: OutputLog, pattern: RegExp, exited: Promise<ExitedHost>) {
  const found = Promise.withResolvers<RegExpExecArray>();
  const look = () => {
    const match = pattern.exec(log.text());
    if (match) found.resolve(match);
  };
  const fail = (what: string) =>
    found.reject(new Error(`The local host ${what} before ${pattern}. Its output:\n${log.text()}`));
  const forget = log.onMore(look);
  const timer = setTimeout(() => fail(`was silent for ${readyWithinMs} ms`), readyWithinMs);
  void exited.then(({ exitCode }) => fail(`ended with code ${exitCode}`));
  look();
  return found.promise.finally(() => {
    forget();
    clearTimeout(timer);
  });
}

/**
 * Creates a function app in a temporary folder, with this repository's packages. By default it is
 * an ES module package whose main is index.js, with a host.json without a route prefix.
 *
 * @example createHostApp({ 'index.js': "import { app } from '@azure/functions'; …" })
 */
export function createHostApp(files: Record<string, string | object>): string {
  const dir = mkdtempSync(join(tmpdir(), 'host-app-'));
  atEnd(() => rmSync(dir, { recursive: true, force: true }));
  symlinkSync(join(repository, 'node_modules'), join(dir, 'node_modules'));
  const defaults = {
    'package.json': { type: 'module', main: 'index.js' },
    'host.json': { version: '2.0', extensions: { http: { routePrefix: '' } } },
  };
  for (const [name, content] of Object.entries({ ...defaults, ...files })) {
    const path = join(dir, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  }
  return dir;
}
