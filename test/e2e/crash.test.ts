import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { EventSummary } from '../../shared/heddle/api/events.ts';
import { createGitHubSample } from '../../shared/heddle/cli/samples/github.ts';
import type { SampleRequest } from '../../shared/heddle/cli/samples/sample-request.ts';
import type { Run } from '../../shared/heddle/domain/run.ts';
import type { Page } from '../../shared/heddle/ports/document-store.ts';
import { startBackend } from '../helpers/backend.ts';
import { type RunningHost, startHost } from '../helpers/local-host.ts';

const DELIVERIES = 300;
const CONCURRENCY = 16;
const KILLS = 5;
const TRIGGERS = 2;
const SECRET = 'a secret for this storm alone';

const app = fileURLToPath(new URL('../fixtures/crash-app', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'heddle-crash-'));
const appendFile = join(folder, 'appended.jsonl');
const settings = {
  GITHUB_WEBHOOK_SECRET: SECRET,
  HEDDLE_DATA_DIR: folder,
  HEDDLE_TRIGGERS_FILE: join(app, 'triggers.yaml'),
  HEDDLE_LOCK_SECONDS: '3',
  APPEND_FILE: appendFile,
};

/** The current host, killed and restarted while senders continue. */
class Victim {
  readonly #env: NodeJS.ProcessEnv;
  host: Promise<RunningHost>;
  kills = 0;

  constructor(backend: NodeJS.ProcessEnv) {
    this.#env = { ...settings, ...backend };
    this.host = startHost({ app, env: this.#env });
  }

  async killAndRestart(): Promise<void> {
    const running = await this.host;
    this.host = running.kill().then(() => startHost({ app, env: this.#env }));
    this.kills++;
    await this.host;
  }
}

function createStorm(): SampleRequest[] {
  const next = createGitHubSample('push', SECRET);
  const once = Array.from({ length: DELIVERIES }, next);
  const twice = once.filter((_, index) => index % 10 === 0);
  return [...once, ...twice]
    .map((request) => ({ request, order: Math.random() }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ request }) => request);
}

/** Sends until it is accepted, as a person does who redelivers. */
async function sendUntilAccepted(victim: Victim, request: SampleRequest): Promise<string> {
  for (;;) {
    const { url } = await victim.host;
    try {
      const { path, headers, body } = request;
      const response = await fetch(`${url}/${path}`, { method: 'POST', headers, body });
      if (response.status === 202) return ((await response.json()) as { id: string }).id;
    } catch {
      // The host died before it answered: nothing was promised.
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function storm(victim: Victim): Promise<Set<string>> {
  const queue = createStorm();
  const accepted = new Set<string>();
  const killAt = Array.from({ length: KILLS }, () => Math.floor(Math.random() * DELIVERIES));
  killAt.sort((a, b) => a - b);
  let answered = 0;
  let killing = Promise.resolve();
  const work = async () => {
    for (let request = queue.pop(); request; request = queue.pop()) {
      accepted.add(await sendUntilAccepted(victim, request));
      answered++;
      while (killAt[0] !== undefined && killAt[0] <= answered) {
        killAt.shift();
        killing = killing.then(() => victim.killAndRestart());
      }
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  await killing;
  return accepted;
}

async function readAll<T>(url: string): Promise<T[]> {
  const items: T[] = [];
  let continuation: string | undefined;
  do {
    const next = continuation === undefined ? '' : `&continuation=${continuation}`;
    const page = (await (await fetch(`${url}?limit=200${next}`)).json()) as Page<T>;
    items.push(...page.items);
    continuation = page.continuation;
  } while (continuation !== undefined);
  return items;
}

describe('a storm of deliveries on a host that is killed five times', () => {
  let victim: Victim;
  let accepted: Set<string>;
  let events: EventSummary[];
  let runs: Run[];

  beforeAll(async () => {
    victim = new Victim(await startBackend());
    accepted = await storm(victim);
    const { url } = await victim.host;
    await vi.waitFor(
      async () => {
        const health = await (await fetch(`${url}/health`)).json();
        expect(health).toMatchObject({ queued: 0, planned: 0 });
      },
      { timeout: 60_000, interval: 100 },
    );
    events = await readAll(`${url}/api/v1/events`);
    runs = await readAll(`${url}/api/v1/runs`);
  }, 120_000);

  afterAll(async () => {
    await (await victim.host).stop();
    rmSync(folder, { recursive: true });
  });

  it('was what it was meant to be', () => {
    expect(victim.kills).toBe(KILLS);
    expect(accepted.size).toBe(DELIVERIES);
  });

  it('leaves exactly one event for every delivery that was accepted', () => {
    expect(events.map(({ id }) => id).toSorted()).toEqual([...accepted].toSorted());
  });

  it('leaves exactly one succeeded run for every event and matching trigger', () => {
    expect(runs.filter(({ status }) => status !== 'succeeded')).toEqual([]);
    expect(runs).toHaveLength(accepted.size * TRIGGERS);
    const distinct = new Set(runs.map(({ eventId, trigger }) => `${eventId} ${trigger}`));
    expect(distinct.size).toBe(runs.length);
  });

  it('has executed each run once, and once more for each kill that found it in flight', () => {
    const lines = readFileSync(appendFile, 'utf8').trimEnd().split('\n');
    const executions = Map.groupBy(
      lines.map((line) => JSON.parse(line) as { runId: string; pid: number }),
      ({ runId }) => runId,
    );
    expect(executions.size).toBe(runs.length);
    for (const { id, attempts } of runs) {
      const interrupted = attempts.filter(({ outcome }) => outcome === 'interrupted').length;
      const pids = (executions.get(id) ?? []).map(({ pid }) => pid);
      // No process executes a run twice, and every execution but the last was interrupted.
      expect(new Set(pids).size, id).toBe(pids.length);
      expect(pids.length, id).toBeGreaterThanOrEqual(1);
      expect(pids.length, id).toBeLessThanOrEqual(1 + interrupted);
      expect(interrupted, id).toBeLessThanOrEqual(KILLS);
    }
  });
});
