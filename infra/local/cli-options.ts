import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';

export interface CliOptions {
  app: string;
  port: number | undefined;
  address: string;
  now: number | undefined;
  enableAuth: boolean;
  /** The file that keeps the function keys from one start to the next. */
  keysFile: string | undefined;
  /** Files and folders whose change restarts the app; `%NAME%` is one that a setting names. */
  watch: readonly string[];
  /** Whether the app is started again when it ends by itself. */
  restart: boolean;
  /** Whether the start lists every function with its route. */
  verbose: boolean;
  /** The port of the version that this process replaces. Given by the supervisor alone. */
  replacing: number | undefined;
}

/** Parses the options. Exits by itself for --help, and with code 1 for invalid options. */
export function parseCliOptions(argv: string[]): CliOptions {
  const command = new Command('npm start --')
    .description('Runs the function app on this machine, as func start would.')
    .option('--port <n>', 'port to listen on; 0 takes a free one', parsePort)
    .option(
      '--address <ip>',
      'address to listen on; one beyond this machine asks for keys',
      parseIp,
    )
    .option('--app <dir>', 'folder with host.json and package.json', '.')
    .option('--now <seconds>', 'fixed clock for the app, in unix seconds', parseNow)
    .option('--enableAuth', 'ask for function keys, as in Azure', false)
    .option('--keys <file>', 'ask for function keys, and keep them in this file')
    .option('--watch <path>', 'restart the app when this file or folder changes', collect)
    .option('--no-watch', 'watch nothing')
    .option('--restart', 'start the app again when it ends by itself', false)
    .option('--verbose', 'list every function with its route', false)
    .addOption(new Option('--replacing <port>').argParser(parsePort).hideHelp())
    .parse(argv);
  const {
    port,
    address = '127.0.0.1',
    app,
    now,
    enableAuth,
    keys,
    watch,
    restart,
    verbose,
    replacing,
  } = command.opts<Given>();
  return {
    ...{ app: resolve(app ?? '.'), port, address, now, replacing },
    enableAuth: enableAuth === true,
    keysFile: keys === undefined ? undefined : resolve(keys),
    restart: restart === true,
    verbose: verbose === true,
    watch: Array.isArray(watch) ? watch : [],
  };
}

type Given = Partial<Omit<CliOptions, 'watch' | 'keysFile'>> & {
  watch?: readonly string[] | boolean;
  keys?: string;
};

function collect(path: string, before: readonly string[] | boolean | undefined): readonly string[] {
  return [...(Array.isArray(before) ? before : []), path];
}

function parsePort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 0 to 65535, such as 7072.');
}

function parseIp(text: string): string {
  if (isIP(text) !== 0) return text;
  throw new InvalidArgumentError('It must be an IP address, such as 127.0.0.1 or 0.0.0.0.');
}

function parseNow(text: string): number {
  if (/^\d{1,12}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be whole unix seconds, such as 1760000000.');
}
