import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { createDelivery } from '../helpers/github.ts';
import { HeddleHost, prepareHeddle } from '../helpers/heddle-host.ts';

const command = fileURLToPath(new URL('../emulators/main.ts', import.meta.url));
const kinds = ['service-bus', 'cosmos', 'blob', 'queue', 'table'];
const freePorts = kinds.flatMap((kind) => [`--${kind}-port`, '0']);

function runIn(cwd: string): { readonly child: ChildProcess; readonly output: () => string } {
  const child = spawn(process.execPath, [command, '--write', ...freePorts], { cwd });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  }
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, output: () => text };
}

function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-emulators-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

it('npm run emulators puts connections into the settings, with which the app runs', async () => {
  const folder = createFolder();
  const file = join(folder, 'local.settings.json');
  writeFileSync(
    file,
    JSON.stringify({ Values: { KEPT: 'as it was', Cosmos: '' }, Host: { CORS: '*' } }),
  );
  const { child, output } = runIn(folder);
  await expect.poll(output, { timeout: 20_000 }).toContain('Ctrl+C stops them');
  const { Values, Host } = JSON.parse(readFileSync(file, 'utf8'));
  expect({ kept: Values.KEPT, Host }).toEqual({ kept: 'as it was', Host: { CORS: '*' } });
  const triggers = 'triggers: [{ name: t, source: github, actor: log }]';
  const host = await HeddleHost.start(prepareHeddle({ triggers, env: Values }));
  const { headers, body } = await createDelivery('{}', { event: 'push' });
  expect((await host.post(headers, body)).status).toBe(202);
  await host.drained();
  expect(await host.runs()).toMatchObject([{ trigger: 't', status: 'succeeded' }]);
  await host.process.stop();
  const { Cosmos: _cosmos, ServiceBus: _bus, ...rest } = Values;
  writeFileSync(file, JSON.stringify({ Values: { ...Values, ServiceBus: 'changed' }, Host }));
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([0, null]);
  const { AzureWebJobsStorage: _storage, ...kept } = rest;
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
    ...{ Values: { ...kept, Cosmos: '', ServiceBus: 'changed' }, Host },
  });
});

it('npm run emulators -- --write asks for the settings that npm start makes', async () => {
  const { child, output } = runIn(createFolder());
  expect(await once(child, 'exit')).toEqual([1, null]);
  expect(output()).toContain('npm start makes it');
});
