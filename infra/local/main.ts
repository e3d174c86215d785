import cluster from 'node:cluster';
import { resolve } from 'node:path';
import { announceExit } from './announce-exit.ts';
import { type CliOptions, parseCliOptions } from './cli-options.ts';
import { keepCompiledCode, saveCompiledCode } from './compiled-code.ts';
import { writeHostFile } from './host-file.ts';
import { prepareKeys, takeKeys } from './http/host-keys.ts';
import { startLocalHost } from './local-host.ts';
import { readBodyMemory } from './settings/body-memory-setting.ts';
import { type PreparedSettings, prepareSettings } from './settings/first-settings.ts';
import { readHostJson } from './settings/host-json.ts';
import { applySettings, type LocalSettings, readLocalSettings } from './settings/local-settings.ts';
import { readStopPatience } from './settings/stop-patience.ts';
import { StartError } from './start-error.ts';
import { stopOnSignal } from './stop-on-signal.ts';
import { followSupervisor } from './watch/follow-supervisor.ts';
import { LoadError } from './worker/load-app.ts';

const defaultPort = 7071;

async function main(): Promise<void> {
  keepCompiledCode(process.env);
  const options = parseCliOptions(process.argv);
  announceSettings(prepareSettings(options.app));
  const settings = readLocalSettings(options.app);
  if (cluster.isPrimary) prepareKeys(options, process.env);
  if ((options.watch.length > 0 || options.restart) && cluster.isPrimary)
    await supervise(options, settings);
  else await run(options, settings);
}

/** Runs the app in another process, which is replaced when a watched file changes. */
async function supervise(
  { app, watch, restart }: CliOptions,
  { values }: LocalSettings,
): Promise<void> {
  const { Supervisor } = await import('./watch/supervisor.ts');
  const env = { ...values, ...process.env };
  const paths = watch.map((path) => path.replace(/^%(.+)%$/, (_, name: string) => env[name] ?? ''));
  const named = paths.filter((path) => path !== '').map((path) => resolve(app, path));
  const stopMs = readStopPatience(env);
  await new Supervisor({ app, paths: named, restarts: restart, stopMs }).start();
}

async function run(options: CliOptions, settings: LocalSettings): Promise<void> {
  const { env } = process;
  const keys = takeKeys(env);
  announceExit();
  const supervisor = cluster.isWorker ? followSupervisor() : undefined;
  applySettings(settings.values, env);
  requireNodeRuntime(env);
  env.AZURE_FUNCTIONS_ENVIRONMENT ??= 'Development';
  if (options.now !== undefined) env.HEDDLE_NOW = String(options.now);
  const hostJson = readHostJson(options.app, env);
  const stopMs = readStopPatience(env);
  process.chdir(options.app);
  const starting = startLocalHost({
    appDir: options.app,
    port: options.port ?? settings.port ?? defaultPort,
    address: options.address,
    bodyMemoryBytes: readBodyMemory(env),
    keys,
    hostJson,
    corsOrigins: settings.corsOrigins,
    env,
    isVerbose: options.verbose,
    replacing: options.replacing,
    askToListen: supervisor?.askToListen,
  });
  if (supervisor) supervisor.reportReady(await starting);
  else stopOnSignal(starting, stopMs);
  writeHostFile({ appDir: options.app, env }, (await starting).port);
  saveCompiledCode();
}

function announceSettings(prepared: PreparedSettings | undefined): void {
  if (!prepared) return;
  const secrets = prepared.filled.join(', ');
  if (!prepared.isNew) {
    console.log(`Filled what was blank in local.settings.json with a fresh random ${secrets}.`);
    return;
  }
  const fresh = secrets === '' ? '' : `, with a fresh random ${secrets}`;
  console.log(`Created local.settings.json from local.settings.example.json${fresh}.`);
}

function requireNodeRuntime(env: NodeJS.ProcessEnv): void {
  const runtime = env.FUNCTIONS_WORKER_RUNTIME ?? 'node';
  if (runtime === 'node') return;
  throw new StartError(
    `FUNCTIONS_WORKER_RUNTIME is "${runtime}"; this host runs "node" only. Correct it in local.settings.json.`,
  );
}

/** Prints an error that the user can correct (ours, or the app's ConfigError) without a stack. */
function fail(error: unknown): never {
  const fault = error instanceof LoadError ? error.cause : error;
  const isPlain =
    fault instanceof StartError || (fault as Error | undefined)?.name === 'ConfigError';
  if (error instanceof LoadError && !isPlain) console.error(`${error.message}:`);
  console.error(isPlain ? (fault as Error).message : fault);
  process.exit(1);
}

// On the real host either event ends the worker, with all its invocations in progress.
process.on('unhandledRejection', (reason) => {
  console.error('Worker uncaught exception (unhandled rejection):', reason);
  process.exit(1);
});
process.on('uncaughtException', (error) => {
  console.error('Worker uncaught exception:', error);
  process.exit(1);
});

await main().catch(fail);
