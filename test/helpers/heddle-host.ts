import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import type { EventDetail, EventSummary } from '../../shared/heddle/api/events.ts';
import type { Health } from '../../shared/heddle/api/health.ts';
import type { Run } from '../../shared/heddle/domain/run.ts';
import type { Page } from '../../shared/heddle/ports/document-store.ts';
import { startBackend } from './backend.ts';
import { SECRET } from './github.ts';
import { type HostOptions, type RunningHost, startHost } from './local-host.ts';

const folders = new Set<string>();
afterAll(() => {
  for (const dir of folders) rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
});

const hostJson = fileURLToPath(new URL('../../host.json', import.meta.url));
const plainApp = new URL('../fixtures/plain-app.ts', import.meta.url).href;

export interface HeddleOptions {
  /** The text of the triggers file. */
  readonly triggers?: string;
  readonly secrets?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly args?: string[];
}

/** The options to start Heddle with its own data and triggers, in a temporary folder. */
export interface PreparedHost extends HostOptions {
  readonly dataDir: string;
  readonly triggersFile: string;
}

export function prepareHeddle(options: HeddleOptions = {}): PreparedHost {
  const { triggers = 'triggers: []\n', secrets = [SECRET], env = {}, args = [] } = options;
  const dir = mkdtempSync(join(tmpdir(), 'heddle-e2e-'));
  folders.add(dir);
  const dataDir = join(dir, 'data');
  const triggersFile = join(dir, 'triggers.yaml');
  writeFileSync(triggersFile, triggers);
  const [secret = '', other = ''] = secrets;
  return {
    ...{ app: createPlainApp(dir), args, dataDir, triggersFile },
    env: {
      HEDDLE_DATA_DIR: dataDir,
      HEDDLE_TRIGGERS_FILE: triggersFile,
      GITHUB_WEBHOOK_SECRET: secret,
      GITHUB_WEBHOOK_SECRET_2: other,
      ...env,
    },
  };
}

/** Creates the app without a user's additions, which this repository's may have. */
export function createPlainApp(dir: string): string {
  const app = join(dir, 'app');
  mkdirSync(app);
  cpSync(hostJson, join(app, 'host.json'));
  writeFileSync(join(app, 'package.json'), '{ "type": "module", "main": "index.js" }');
  writeFileSync(join(app, 'index.js'), `import ${JSON.stringify(plainApp)};\n`);
  return app;
}

const backends = new WeakMap<PreparedHost, Promise<NodeJS.ProcessEnv>>();

/** The app on a free port, with access to its API. */
export class HeddleHost {
  readonly process: RunningHost;

  constructor(process: RunningHost) {
    this.process = process;
  }

  /** A second start with the same preparation finds the data of the first. */
  static async start(prepared: PreparedHost = prepareHeddle()): Promise<HeddleHost> {
    const backend = backends.get(prepared) ?? startBackend();
    backends.set(prepared, backend);
    const env = { ...prepared.env, ...(await backend) };
    return new HeddleHost(await startHost({ ...prepared, env }));
  }

  post(headers: Readonly<Record<string, string>>, body: string | Buffer): Promise<Response> {
    const url = `${this.process.url}/webhooks/github`;
    return fetch(url, { method: 'POST', headers, body: Buffer.from(body) });
  }

  async get<T>(path: string): Promise<T> {
    const response = await fetch(`${this.process.url}/${path}`);
    if (!response.ok) throw new Error(`GET /${path} answered ${response.status}`);
    return (await response.json()) as T;
  }

  /** Answered 503 where the app is unhealthy. */
  async health(): Promise<Health> {
    const response = await fetch(`${this.process.url}/health`);
    return (await response.json()) as Health;
  }

  event(id: string): Promise<EventDetail> {
    return this.get<EventDetail>(`api/v1/events/${id}`);
  }

  events(query = 'limit=200'): Promise<readonly EventSummary[]> {
    return this.#all<EventSummary>(`api/v1/events?${query}`);
  }

  runs(query = 'limit=200'): Promise<readonly Run[]> {
    return this.#all<Run>(`api/v1/runs?${query}`);
  }

  /** Polls until nothing is queued or running. */
  async drained(): Promise<void> {
    for (;;) {
      const { queued, planned } = await this.health();
      if (queued === 0 && planned === 0) return;
    }
  }

  async #all<T>(path: string): Promise<readonly T[]> {
    const items: T[] = [];
    let next: string | undefined = '';
    while (next !== undefined) {
      const page: Page<T> = await this.get<Page<T>>(path + next);
      items.push(...page.items);
      next = page.continuation && `&continuation=${page.continuation}`;
    }
    return items;
  }
}
