import { createRequire } from 'node:module';

/** Azurite publishes no types for its servers. */
interface StorageServer {
  start(): Promise<void>;
  close(): Promise<void>;
  getHttpServerAddress(): string;
}
type Constructor<T> = new (...args: unknown[]) => T;

export interface AzuriteOptions {
  /** Absent: a free port. */
  readonly blobPort?: number;
  readonly queuePort?: number;
  readonly tablePort?: number;
}

export interface Azurite {
  readonly connectionString: string;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const KEEP_ALIVE_SECONDS = 5;
const ACCOUNT = 'devstoreaccount1';
/** The only key Azurite has: https://github.com/Azure/Azurite#default-storage-account */
const KEY =
  'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

const load = createRequire(import.meta.url);

/** Starts Azure Storage in this process, in memory. */
export async function startAzurite(options: AzuriteOptions = {}): Promise<Azurite> {
  sendNothingHome();
  const blob = createServer('blob', 'Blob', [HOST, options.blobPort ?? 0]);
  const queue = createServer('queue', 'Queue', [HOST, options.queuePort ?? 0]);
  const table = createServer('table', 'Table', [HOST, options.tablePort ?? 0]);
  const servers = [blob, queue, table];
  const close = async () => {
    await Promise.all(servers.map((server) => server.close()));
  };
  const starts = await Promise.allSettled(servers.map((server) => server.start()));
  const failed = starts.find((start) => start.status === 'rejected');
  if (failed !== undefined) {
    const started = servers.filter((_, index) => starts[index]?.status === 'fulfilled');
    await Promise.all(started.map((server) => server.close()));
    throw failed.reason;
  }
  return { connectionString: connectionString({ blob, queue, table }), close };
}

function connectionString(servers: Record<'blob' | 'queue' | 'table', StorageServer>): string {
  const endpoint = (server: StorageServer) => `${server.getHttpServerAddress()}/${ACCOUNT}`;
  return [
    'DefaultEndpointsProtocol=http',
    `AccountName=${ACCOUNT}`,
    `AccountKey=${KEY}`,
    `BlobEndpoint=${endpoint(servers.blob)}`,
    `QueueEndpoint=${endpoint(servers.queue)}`,
    `TableEndpoint=${endpoint(servers.table)};`,
  ].join(';');
}

/**
 * The configurations take their fields by position. The one for tables lacks two that the others
 * have: the path of the extents' database and the location of the extents.
 */
function createServer(
  folder: string,
  name: string,
  [host, port]: readonly [string, number],
): StorageServer {
  const source = `azurite/dist/src/${folder}/${name}`;
  const Configuration: Constructor<unknown> = load(`${source}Configuration.js`).default;
  const Server: Constructor<StorageServer> = load(`${source}Server.js`).default;
  const hasExtents = name !== 'Table';
  const extents = hasExtents ? [undefined, undefined] : [];
  const quiet = [false, undefined, false, undefined];
  const quietTables = [false, false, undefined, undefined];
  const lenient = { loose: true, skipApiVersionCheck: true };
  return new Server(
    new Configuration(
      host,
      port,
      KEEP_ALIVE_SECONDS,
      undefined,
      ...extents,
      ...(hasExtents ? quiet : quietTables),
      lenient.loose,
      lenient.skipApiVersionCheck,
      ...['', '', ''],
      undefined,
      false,
      true,
    ),
  );
}

function sendNothingHome(): void {
  const { AzuriteTelemetryClient } = load('azurite/dist/src/common/Telemetry.js');
  AzuriteTelemetryClient.enableTelemetry = false;
}
