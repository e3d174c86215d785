import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { AzdEnvironment, parseDotenv } from './environment.ts';
import { runLifecycle } from './lifecycle.ts';
import { readProject } from './project.ts';

/** The stand-in's command line. */

const root = process.cwd();
const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    file: { type: 'string' },
    output: { type: 'string' },
    environment: { type: 'string', short: 'e' },
    'no-prompt': { type: 'boolean' },
  },
});

const commands: Readonly<Record<string, (...args: string[]) => unknown>> = {
  'auth login': () => {},
  'env new': (name = '') => AzdEnvironment.create(root, name),
  'env set': (name, value = '') => {
    const given = name === undefined ? {} : { [name]: value };
    const inFile = flags.file === undefined ? {} : parseDotenv(readFileSync(flags.file, 'utf8'));
    select().set({ ...given, ...inFile });
  },
  'env get-value': (name = '') => {
    const value = select().values[name];
    if (value === undefined) throw new Error(`key not found: '${name}'`);
    console.log(value);
  },
  'env get-values': () => {
    if (flags.output !== 'json') throw new Error('the stand-in knows --output json alone');
    console.log(JSON.stringify(select().values));
  },
  up: () => runLifecycle('up', readProject(root), select()),
  package: () => runLifecycle('package', readProject(root), select()),
  provision: () => runLifecycle('provision', readProject(root), select()),
  deploy: () => runLifecycle('deploy', readProject(root), select()),
};

function select(): AzdEnvironment {
  return AzdEnvironment.select(root, flags.environment);
}

const [first = '', second = '', ...rest] = positionals;
const name = first in commands ? first : `${first} ${second}`;
const command = commands[name];
try {
  if (!command) throw new Error(`the stand-in does not know azd ${name}`);
  await command(...rest);
} catch (error) {
  const { message, cause } = error as Error;
  console.error(`ERROR: ${message}${cause instanceof Error ? `: ${cause.message}` : ''}`);
  process.exit(1);
}
