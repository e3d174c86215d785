import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createRuntime } from '../../../shared/heddle/actors/create-runtime.ts';
import { openApp } from '../../../shared/heddle/composition/open-app.ts';
import { loadConfig } from '../../../shared/heddle/config/config.ts';
import { actors } from './actors.ts';
import { readSeconds } from './options.ts';
import { FileWatcherTrigger, HealthCheckTrigger, QueueDepthTrigger } from './pollers.ts';
import { startSimulation } from './simulation.ts';
import { summarize } from './summary.ts';

/** `npm run example:triggers` runs three pollers and the actors that they trigger, for a minute. */

const seconds = readSeconds();
const interrupted = new AbortController();
// Not `once`: npm forwards a signal that the terminal has already sent.
process.on('SIGINT', () => interrupted.abort());
process.on('SIGTERM', () => interrupted.abort());

console.log('Starting Event Triggers Example');
console.log('================================');

const runtime = createRuntime();
for (const Trigger of [FileWatcherTrigger, QueueDepthTrigger, HealthCheckTrigger]) {
  runtime.registerPoller(Trigger);
  console.log(`Registered: ${new Trigger().name} trigger`);
}

const folder = mkdtempSync(join(tmpdir(), 'heddle-event-triggers-'));
const config = loadConfig({
  HEDDLE_DATA_DIR: folder,
  HEDDLE_TRIGGERS_FILE: fileURLToPath(new URL('triggers.yaml', import.meta.url)),
  HEDDLE_LOG_LEVEL: 'warn',
});
const app = await openApp(config, { actors, runtime });
const stopSimulation = startSimulation();

console.log(`
Event triggers are now active!
- File Watcher: polls every 2s for new files
- Queue Monitor: polls every 3s, fires when depth > 10
- Health Check: polls every 2s, fires after 3 failures

Watch the triggers fire and workflows execute...
Press Ctrl+C to shut down gracefully

Running for ${seconds} seconds...
`);

await wait(seconds * 1000, undefined, interrupted).catch(() => console.log('\nShutting down...'));
stopSimulation();
console.log(await summarize(app));
await app.stop();
rmSync(folder, { recursive: true, force: true });
