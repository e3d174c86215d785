import { existsSync } from 'node:fs';
import { parseOptions } from './run/options.ts';
import { mergeIntoSettingsFile, readSettingsFile } from './run/settings-file.ts';
import { type RunningEmulators, startEmulators } from './run/start.ts';

const SETTINGS = 'local.settings.json';
const NO_SETTINGS = `There is no ${SETTINGS} here: npm start makes it, with fresh secrets. Start it once, then come back.`;

async function main(): Promise<void> {
  const options = parseOptions(process.argv);
  if (options.write && !existsSync(SETTINGS)) throw new Error(NO_SETTINGS);
  const emulators = await startEmulators(options, storageQueues());
  const takeOut = options.write ? mergeIntoSettingsFile(SETTINGS, emulators.values) : undefined;
  stopOnSignal(emulators, takeOut);
  announce(emulators, options.write);
}

function storageQueues(): string[] {
  const names = readSettingsFile(SETTINGS).Values?.HEDDLE_STORAGE_QUEUES ?? '';
  return String(names)
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
}

function announce({ values }: RunningEmulators, written: boolean): void {
  const where = written ? `are now in ${SETTINGS}` : `go under "Values" in ${SETTINGS}`;
  console.log(`Service Bus, Cosmos DB and Azure Storage run, in memory. These ${where}:`);
  console.log(JSON.stringify(values, null, 2));
  if (!written) console.log('With --write they are put there, and all else in it is kept.');
  const out = written ? ', and so are these settings' : '';
  console.log(`Ctrl+C stops them; what they hold is gone then${out}.`);
}

/** The first signal stops in order, a second one at once. */
function stopOnSignal(emulators: RunningEmulators, takeOut?: () => void): void {
  let stopping = false;
  const stop = () => {
    if (stopping) process.exit(130);
    stopping = true;
    takeOut?.();
    emulators.close().then(() => process.exit(0), fail);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

function fail(error: unknown): never {
  const { code, port } = error as { code?: string; port?: number };
  if (code === 'EADDRINUSE') {
    console.error(
      `Port ${port} is taken, perhaps by emulators that run already. Stop what listens there, or choose another: npm run emulators -- --help`,
    );
  } else {
    console.error(error instanceof Error ? error.message : error);
  }
  process.exit(1);
}

await main().catch(fail);
