import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Usage } from '../servers/probe.ts';

/** A server in its own process. */
export interface Server extends AsyncDisposable {
  readonly url: string;
  usage(): Promise<Usage>;
}

export interface ServerOptions {
  /** Arguments of Node: the script and its arguments. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const PROBE = new URL('../servers/probe.ts', import.meta.url).href;
/** Arguments for profiling: `BENCH_NODE_ARGS="--cpu-prof --cpu-prof-dir=/tmp/prof"`. */
const NODE_ARGS = (process.env.BENCH_NODE_ARGS ?? '').split(' ').filter(Boolean);
const URL_IN_LINE = / ready .*(http:\/\/127\.0\.0\.1:\d+)/;
const READY_WITHIN_MS = 20_000;
const END_WITHIN_MS = 10_000;
/**
 * Variables that a child inherits; none that npm, the shell or a user has set for Heddle or Node.
 */
const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'SystemRoot'];

/** Resolves when the child has printed a line with "ready" and its URL. */
export async function startServer({ args, env }: ServerOptions): Promise<Server> {
  const inherited = INHERITED.map((name) => [name, process.env[name]] as const);
  const child = spawn(process.execPath, [...NODE_ARGS, '--import', PROBE, ...args], {
    env: { ...Object.fromEntries(inherited), ...env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  try {
    const url = await readUrl(child, args.join(' '));
    return {
      url,
      usage: () => askUsage(child),
      [Symbol.asyncDispose]: () => end(child),
    };
  } catch (error) {
    await end(child);
    throw error;
  }
}

function readUrl(child: ChildProcess, name: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const timer = setTimeout(() => reject(new Error(`not ready: ${name}`)), READY_WITHIN_MS);
  child.once('exit', (code) => reject(new Error(`ended with code ${code}: ${name}`)));
  if (child.stdout) {
    // Reads all output, since a full pipe would stop the child.
    createInterface({ input: child.stdout }).on('line', (line) => {
      const url = URL_IN_LINE.exec(line)?.[1];
      if (url !== undefined) resolve(url);
    });
  }
  return promise.finally(() => clearTimeout(timer));
}

async function askUsage(child: ChildProcess): Promise<Usage> {
  const answer = once(child, 'message');
  child.send('usage');
  const [usage] = (await answer) as [Usage];
  return usage;
}

/**
 * Kills the child at once. When profiling, disconnects it instead, so that it ends itself and
 * writes the profile.
 */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  if (NODE_ARGS.length > 0) child.disconnect();
  else child.kill('SIGKILL');
  const timer = setTimeout(() => child.kill('SIGKILL'), END_WITHIN_MS);
  await exited;
  clearTimeout(timer);
}
