import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Server, startServer } from './child.ts';
import { SECRET } from './deliveries.ts';
import type { Settings } from './row.ts';

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

export interface HostOptions {
  /** False: accepted events stay in the queue. */
  readonly isDispatching: boolean;
  /** The folder of the function app; absent: the deployable bundle. */
  readonly app?: string;
  /** Further settings. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts the local Functions host. */
export function startHost(settings: Settings, options: HostOptions): Promise<Server> {
  const { app = settings.bundleDir } = options;
  const args = [join(ROOT, 'infra/local/main.ts'), '--app', app, '--port', '0'];
  return start(settings, args, options);
}

/** Starts one of the scripts in test/bench/servers. */
export function startScript(settings: Settings, script: string): Promise<Server> {
  return start(settings, [join(ROOT, 'test/bench/servers', script)], { isDispatching: false });
}

/** Starts a server with its own database, which is removed with it. */
async function start(
  { workDir }: Settings,
  args: readonly string[],
  { isDispatching, env: further = {} }: HostOptions,
): Promise<Server> {
  const dataDir = mkdtempSync(join(workDir, 'data-'));
  const env = {
    GITHUB_WEBHOOK_SECRET: SECRET,
    HEDDLE_DATA_DIR: dataDir,
    HEDDLE_DISPATCH: isDispatching ? 'on' : 'off',
    HEDDLE_LOG_LEVEL: 'error',
    ...further,
  };
  const server = await startServer({ args, env });
  return {
    ...server,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Reads the number of messages in the server's queue, those planned for later included. */
export async function countQueued({ url }: Server): Promise<number> {
  const response = await fetch(`${url}/health`);
  const { queued, planned = 0 } = (await response.json()) as Readonly<Record<string, number>>;
  if (queued === undefined) throw new Error('/health does not say how many messages wait');
  return queued + planned;
}
