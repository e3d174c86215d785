import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../infra/local/main.ts', import.meta.url));
const app = fileURLToPath(new URL('app', import.meta.url));
const movedClock = new URL('moved-clock.ts', import.meta.url).href;

/** Made up, and signed with by {@link ./deliveries.ts} alone. */
export const SECRET = 'a made-up secret for data folders';

/** Nothing that npm, the shell or a user has set for Heddle or for Node. */
const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'SystemRoot'];

export interface FolderSettings {
  readonly dataDir: string;
  readonly triggersFile: string;
  /** The file in which actors note that they are executed. */
  readonly journal: string;
  /** Once this file is there, actors no longer wait, fail or end the process. */
  readonly release: string;
}

export interface Start {
  /** The time that the clock shows then, ISO 8601. */
  readonly at: string;
  /** False: events are accepted and kept, nothing runs. */
  readonly isDispatching?: boolean;
  /** True: the poller `hanging` does not return. */
  readonly pollsHang?: boolean;
  /** How long the lock of a message lasts that is handled when the process is killed. */
  readonly lockSeconds?: number;
}

export interface Answered {
  readonly status: number;
  readonly json: Readonly<Record<string, unknown>>;
}

interface Page {
  readonly items: readonly unknown[];
  readonly continuation?: string;
}

/** Hosts that still run: this process ends them when it ends early, after an error for example. */
const children = new Set<ReturnType<typeof spawnHost>>();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

/** The local host on a data folder, spoken to over HTTP alone. */
export class FolderHost {
  readonly exited: Promise<unknown>;
  readonly #child: ReturnType<typeof spawnHost>;
  readonly #url: string;

  private constructor(child: ReturnType<typeof spawnHost>, exited: Promise<unknown>, url: string) {
    this.#child = child;
    this.exited = exited;
    this.#url = url;
  }

  /** Resolves when it is ready. Rejects with its output if it ends before. */
  static async start(settings: FolderSettings, start: Start): Promise<FolderHost> {
    const child = spawnHost(settings, start);
    children.add(child);
    const exited = once(child, 'close').finally(() => children.delete(child));
    let output = '';
    const ready = Promise.withResolvers<string>();
    const collect = (chunk: string) => {
      output += chunk;
      const url = /^Heddle is ready on (\S+)$/m.exec(output)?.[1];
      if (url !== undefined) ready.resolve(url);
    };
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', collect);
    }
    void exited.then(() =>
      ready.reject(new Error(`the host ended before it was ready:\n${output}`)),
    );
    return new FolderHost(child, exited, await ready.promise);
  }

  async get<T>(path: string): Promise<T> {
    const response = await fetch(`${this.#url}/api/v1/${path}`);
    if (!response.ok) throw new Error(`GET ${path} answered ${response.status}`);
    return (await response.json()) as T;
  }

  /** All pages of a list. `T` is what the API lists there: nobody checks it. */
  async list<T>(path: string): Promise<readonly T[]> {
    const items: T[] = [];
    let more = '';
    for (;;) {
      const page = await this.get<Page>(`${path}${path.includes('?') ? '&' : '?'}limit=200${more}`);
      items.push(...(page.items as T[]));
      if (page.continuation === undefined) return items;
      more = `&continuation=${page.continuation}`;
    }
  }

  post(path: string, body: unknown = {}, headers: Record<string, string> = {}): Promise<Answered> {
    const json = { 'content-type': 'application/json', ...headers };
    return this.send(`api/v1/${path}`, json, JSON.stringify(body));
  }

  async send(path: string, headers: Record<string, string>, body: string): Promise<Answered> {
    const response = await fetch(`${this.#url}/${path}`, { method: 'POST', headers, body });
    return { status: response.status, json: (await response.json()) as Answered['json'] };
  }

  /** In order. Actors that wait are waited for. */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.exited;
  }

  /** On the spot. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.exited;
  }
}

function spawnHost(
  { dataDir, triggersFile, journal, release }: FolderSettings,
  { at, isDispatching = true, pollsHang = false, lockSeconds = 10 }: Start,
) {
  const inherited = INHERITED.map((name) => [name, process.env[name]] as const);
  const args = ['--import', movedClock, main, '--app', app, '--port', '0'];
  return spawn(process.execPath, args, {
    env: {
      ...Object.fromEntries(inherited),
      ...{ CLOCK_STARTS_AT: at, JOURNAL_FILE: journal, RELEASE_FILE: release },
      ...{ HEDDLE_DATA_DIR: dataDir, HEDDLE_TRIGGERS_FILE: triggersFile },
      POLLS_HANG: pollsHang ? 'yes' : '',
      HEDDLE_DISPATCH: isDispatching ? 'on' : 'off',
      HEDDLE_LOCK_SECONDS: String(lockSeconds),
      GITHUB_WEBHOOK_SECRET: SECRET,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

const POLL_MS = 50;

/** Asks again and again until what it finds is something. Rejects after `withinMs`. */
export async function until<T>(
  what: string,
  find: () => Promise<T | undefined>,
  withinMs = 120_000,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const found = await find();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
    await wait(POLL_MS);
  }
}
