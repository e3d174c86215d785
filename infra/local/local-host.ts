import { type Connections, connectTriggers } from './connect-triggers.ts';
import { AdminApi } from './http/admin-api.ts';
import { BodyMemory } from './http/body-memory.ts';
import { BodyReader } from './http/body-reader.ts';
import { createCors } from './http/cors.ts';
import { Gate } from './http/gate.ts';
import type { HostKeys } from './http/host-keys.ts';
import { HttpServer } from './http/http-server.ts';
import { HttpStreams } from './http/http-streams.ts';
import { HttpFront } from './http/http-trigger.ts';
import { createLogger } from './logger.ts';
import type { HostJson } from './settings/host-json.ts';
import { formatListing } from './startup-listing.ts';
import { AppRegistry } from './worker/app-registry.ts';
import { createCoreLog, serveCoreApi } from './worker/core-api.ts';
import { createAppTerminateContext, runHooks } from './worker/hook-contexts.ts';
import { indexFunctions } from './worker/hosted-function.ts';
import { Invoker } from './worker/invoker.ts';
import { loadApp } from './worker/load-app.ts';

export interface LocalHostOptions {
  appDir: string;
  port: number;
  hostJson: HostJson;
  corsOrigins: string[];
  /** An address of this machine, or one that stands for all of them. */
  address: string;
  /** Asked from everybody. Undefined: this machine needs none, and nobody else is let in. */
  keys: HostKeys | undefined;
  /** Bound of all bodies that are received or worked on at a time. */
  bodyMemoryBytes: number;
  env: NodeJS.ProcessEnv;
  /** Lists all functions at the start, however many there are. */
  isVerbose?: boolean | undefined;
  /**
   * The port of a host that runs and is to be replaced. This one then says nothing of what has not
   * changed, and listens only once the app is loaded.
   */
  replacing?: number | undefined;
  /** Resolves once a host that replaces another may take requests. */
  askToListen?: (() => Promise<void>) | undefined;
}

export interface LocalHost {
  readonly port: number;
  /**
   * Ends listeners and connections, waits for running functions, then runs the appTerminate hooks.
   */
  stop(): Promise<void>;
  /** Names of the functions with an invocation in progress. */
  running(): string[];
  /** Names of the functions whose listeners a stop still waits for. */
  listening(): string[];
}

/** Loads the app, connects its functions and accepts requests. Resolves when the host is ready. */
export async function startLocalHost(options: LocalHostOptions): Promise<LocalHost> {
  const { appDir, hostJson, env, replacing, address, keys } = options;
  const registry = new AppRegistry();
  const logger = createLogger(hostJson.logLevel, process.stdout);
  const log = createCoreLog(registry, logger);
  const server = new HttpServer();
  const port = replacing ?? (await server.listen(options.port, address));
  env.WEBSITE_HOSTNAME ??= `localhost:${port}`;
  serveCoreApi(registry, log);
  const { httpUri } = await loadApp(appDir, registry);

  const invoker = new Invoker(registry, log);
  const index = indexFunctions(registry);
  const connections = connectTriggers(index, hostJson.routePrefix, {
    invoker,
    env,
    log,
    hostJson,
  });
  const baseUrl = `http://localhost:${port}`;
  if (replacing === undefined) printListing(connections, baseUrl, options.isVerbose);
  printNotes(connections, replacing === undefined ? keys : undefined);
  const { functions, routes, listeners } = connections;
  const warn = (message: string) => log('warning', 'system', message);
  const gate = new Gate({ keys, corsOrigins: options.corsOrigins, warn });
  const bodies = new BodyReader(new BodyMemory(options.bodyMemoryBytes));
  const admin = new AdminApi({ appDir, baseUrl, functions, routes, listeners, gate, bodies });
  const cors = createCors(options.corsOrigins);
  const logsRequests = logger.debugEnabled;
  const streams = httpUri && new HttpStreams({ uri: httpUri, invoker, bodies, log });
  const shared = { routes, invoker, admin, log, gate, bodies, streams: streams || undefined };
  const front = new HttpFront({ ...shared, logsRequests, cors, env });
  server.serve((req, res) => front.handle(req, res));
  if (replacing === undefined)
    console.log(`Heddle is ready on http://${toUrlHost(address)}:${port}`);
  else {
    await options.askToListen?.();
    await server.listen(options.port, address);
  }
  for (const listener of listeners.values()) listener.start();
  const listening = new Set(listeners.keys());
  return {
    port,
    running: () => functions.filter((fn) => fn.running > 0).map((fn) => fn.name),
    listening: () => [...listening],
    stop: () => stop(server, connections, { registry, listening }),
  };
}

function toUrlHost(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

/** Beyond, a list of functions hides what else a start has to say. */
const MAX_LISTED = 10;

function printListing(
  { functions, routes }: Connections,
  baseUrl: string,
  isVerbose = false,
): void {
  const { length } = functions;
  const text =
    length > MAX_LISTED && !isVerbose
      ? `${length} functions run: npm start -- --verbose lists them`
      : `\n${formatListing(functions, routes, baseUrl)}\n`;
  console.log(
    length > 0
      ? text
      : 'No job functions found: does "main" in package.json name the files that call app.http()?',
  );
}

function printNotes({ skipped }: Connections, keys: HostKeys | undefined): void {
  for (const line of skipped) console.warn(line);
  if (keys) console.log(keys.note);
}

async function stop(
  server: HttpServer,
  { functions, listeners }: Connections,
  { registry, listening }: { registry: AppRegistry; listening: Set<string> },
): Promise<void> {
  const stopping = [...listeners].map(async ([name, listener]) => {
    await listener.stop();
    listening.delete(name);
  });
  await server.close();
  await Promise.all(stopping);
  while (functions.some((fn) => fn.running > 0)) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await runHooks(registry.hooks.appTerminate, createAppTerminateContext(registry));
}
