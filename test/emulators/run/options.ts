import { Command, InvalidArgumentError } from 'commander';

export interface RunOptions {
  readonly serviceBusPort: number;
  readonly cosmosPort: number;
  readonly blobPort: number;
  readonly queuePort: number;
  readonly tablePort: number;
  readonly write: boolean;
}

/** Parses the options. Exits by itself for --help, and with code 1 for invalid options. */
export function parseOptions(argv: string[]): RunOptions {
  return new Command('npm run emulators --')
    .description('Runs Service Bus, Cosmos DB and Azure Storage on this machine, in memory.')
    .option('--service-bus-port <n>', 'port of Service Bus', parsePort, 5672)
    .option('--cosmos-port <n>', 'port of Cosmos DB', parsePort, 8081)
    .option('--blob-port <n>', 'port of blobs', parsePort, 10_000)
    .option('--queue-port <n>', 'port of storage queues', parsePort, 10_001)
    .option('--table-port <n>', 'port of tables', parsePort, 10_002)
    .option('--write', 'put the settings into local.settings.json', false)
    .parse(argv)
    .opts<RunOptions>();
}

function parsePort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 0 to 65535; 0 takes a free one.');
}
