import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import { CliError } from '../shared/heddle/cli/cli-error.ts';
import { samples } from '../shared/heddle/cli/samples/samples.ts';
import { isSet, readAzdEnvironment } from './deploy/azd-environment.ts';
import { readDeployedSecrets } from './deploy/deployed-secrets.ts';
import { runSmoke } from './deploy/smoke.ts';

/** `npm run deploy:smoke -- URL` proves that a deployed app takes, records and runs an event. */

const root = fileURLToPath(new URL('..', import.meta.url));
const KEY_SETTING = 'HEDDLE_FUNCTION_KEY';

interface Options {
  readonly source: string;
  readonly type: string;
  readonly secret?: string;
  readonly key?: string;
  readonly timeout: number;
}

const program = new Command('deploy:smoke')
  .description('Sends a signed example to a deployed app, and reads its event and runs back.')
  .argument('[url]', 'the address of the app (default: SERVICE_API_URI of the azd environment)')
  .option('--source <name>', `the sender: ${Object.keys(samples).join(', ')}`, 'github')
  .option('--type <type>', 'the event type; triggers that take it run', 'pull_request')
  .option('--secret <text>', "the source's secret (default: as in the azd environment)")
  .option('--key <text>', `a function key (default: the environment's ${KEY_SETTING})`)
  .option('--timeout <seconds>', 'how long each step may take', toSeconds, 180)
  .addHelpText(
    'after',
    '\nEnds with 0 where the event was recorded and no run failed, else with 1.',
  )
  .parse();

try {
  await main(program.processedArgs[0], program.opts<Options>());
  console.log('The smoke test has passed.');
} catch (error) {
  if (!(error instanceof CliError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

async function main(given: string | undefined, options: Options): Promise<void> {
  const { env } = readAzdEnvironment(root, process.env);
  const url = (given ?? env.SERVICE_API_URI ?? '').replace(/\/$/, '');
  if (!/^https?:\/\//.test(url)) {
    throw new CliError('Where is the app? npm run deploy:smoke -- https://<app>.azurewebsites.net');
  }
  const key = (options.key ?? env[KEY_SETTING])?.trim();
  if (!isSet(key)) throw new CliError(toKeyHelp(env));
  // fetch would refuse it with an error that has the key in it.
  if (!/^[!-~]+$/.test(key ?? '')) throw new CliError('The key has a character that no key has.');
  const create = Object.hasOwn(samples, options.source) ? samples[options.source] : undefined;
  if (!create) throw new CliError(`There are no examples of "${options.source}".`);
  const sample = create(options.type, (name) => findSecret(name, options.secret, env))();
  const timeoutMs = options.timeout * 1000;
  await runSmoke({ url, sample, key: key ?? '', timeoutMs, log: console.log });
}

type Environment = Readonly<Record<string, string | undefined>>;

function findSecret(name: string, given: string | undefined, env: Environment): string {
  if (given !== undefined) return given;
  const value = readDeployedSecrets(env).values[name] ?? env[name] ?? '';
  if (!isSet(value)) {
    throw new CliError(`${name} is not set: give the secret by --secret, or azd env set ${name} …`);
  }
  // azd alone reads these vaults, and only while it provisions.
  if (!/^(akvs:|@Microsoft)/.test(value)) return value;
  throw new CliError(`${name} is in a vault: give its value by --secret.`);
}

function toKeyHelp({ SERVICE_API_NAME: name, AZURE_RESOURCE_GROUP: group }: Environment): string {
  const app = `--name ${name ?? '<app>'} --resource-group ${group ?? '<group>'}`;
  return `A function key is needed to read the run back: --key "$(az functionapp keys list ${app} --query functionKeys.default --output tsv)"`;
}

function toSeconds(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('Give a whole number of seconds from 1 up.');
}
