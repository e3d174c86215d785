import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { type RunningHost, startHost } from '../helpers/local-host.ts';

const app = fileURLToPath(new URL('../fixtures/killer-app', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'heddle-blocked-'));
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));

function start(name: string, env: NodeJS.ProcessEnv): Promise<RunningHost> {
  return startHost({
    app,
    env: {
      HEDDLE_DATA_DIR: join(folder, name),
      HEDDLE_TRIGGERS_FILE: join(app, 'triggers.yaml'),
      APPEND_FILE: join(folder, `${name}.jsonl`),
      ...env,
    },
  });
}

async function emit({ url }: RunningHost, how: string): Promise<string> {
  const response = await fetch(`${url}/api/v1/emit`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ endpoint: 'harm', id: how, data: { how } }),
  });
  expect(response.status).toBe(202);
  return how;
}

async function passed(ms: number): Promise<void> {
  const begin = performance.now();
  await expect.poll(() => performance.now() - begin, { interval: 100 }).toBeGreaterThan(ms);
}

it('ends a process that is blocked, and names the run, but none that was only stopped', async () => {
  const host = await start('limited', { HEDDLE_BLOCKED_SECONDS: '1' });
  host.signal('SIGSTOP');
  await passed(3000);
  host.signal('SIGCONT');
  await passed(2000);
  expect((await fetch(`${host.url}/health`)).status).toBe(200);
  await emit(host, 'block');
  const { exitCode, output } = await host.exited;
  // A signal.
  expect(exitCode).toBeNull();
  expect(output).toMatch(/blocked for 1 s .* working on:\n {2}runId=\w+ attempt=1 trigger=harm\n/);
});

it('leaves a blocked process alone where the limit is 0', async () => {
  const host = await start('unlimited', { HEDDLE_BLOCKED_SECONDS: '0' });
  await emit(host, 'stall');
  await host.waitFor(/stalled for 3 s/);
  await expect.poll(async () => (await fetch(`${host.url}/health`)).status).toBe(200);
  expect(host.output()).not.toContain('HEDDLE_BLOCKED_SECONDS');
  await host.stop();
});
