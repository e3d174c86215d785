import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';

const command = fileURLToPath(
  new URL('../../infra/examples/event-triggers/main.ts', import.meta.url),
);

/** Runs the example with its own temporary folder. */
function run(...args: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-example-'));
  const env = { ...process.env, TMPDIR: folder, TEMP: folder };
  const child = spawn(process.execPath, [command, ...args], { env });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  }
  onTestFinished(() => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  return { child, output: () => text, left: () => readdirSync(folder) };
}

const FIRED = [
  /^Registered: file_watcher trigger$/m,
  /^Registered: queue_monitor trigger$/m,
  /^Registered: service_health trigger$/m,
  /^Event triggers are now active!$/m,
  /^FileWatcherTrigger: Found new file 'data_file_\d+\.csv' in '\/data\/inbox'$/m,
  /^Validating file: data_file_\d+\.csv$/m,
  /^File 'data_file_\d+\.csv' validated successfully$/m,
  /^Processing 100 records from 'data_file_\d+\.csv'$/m,
  /^QueueDepthTrigger: Queue 'orders' depth \d+ exceeds 10$/m,
  /^Processed \d+ messages of 'orders'$/m,
  /^HealthCheckTrigger: 'api-server' failed 3 in a row$/m,
  /^Service 'api-server' has recovered$/m,
];

it('npm run example:triggers shows a watcher, a monitor and a health check fire, until Ctrl+C', async () => {
  const { child, output, left } = run();
  for (const line of FIRED) await expect.poll(output, { timeout: 25_000 }).toMatch(line);
  expect(left()).toHaveLength(1);
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(output()).toMatch(/Shutting down\.\.\.\n\nDone\.\n- file_watcher: fired: [1-9]/);
  // Errors of the engine would show among the lines.
  expect(output()).not.toMatch(/ (warn|error) /);
  expect(left()).toEqual([]);
});

it('npm run example:triggers -- --seconds 1 ends by itself', async () => {
  const { child, output, left } = run('--seconds', '1');
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(output()).toContain('Running for 1 seconds...');
  expect(output()).toContain('Done.');
  expect(left()).toEqual([]);
});
