import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  findTexts,
  isIgnored,
  parseDockerfile,
  readCommand,
  readCopy,
  readPairs,
  type Stage,
} from '../../helpers/dockerfile.ts';

const root = resolve(import.meta.dirname, '../../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const { args, stages } = parseDockerfile(read('Dockerfile'));
const [building, running] = stages as [Stage, Stage];
const ignoreFile = read('.dockerignore');
const env = readPairs(findTexts(running, 'ENV').join(' '));
const packageJson = JSON.parse(read('package.json')) as {
  readonly devDependencies: Readonly<Record<string, string>>;
};

interface Service {
  readonly [key: string]: unknown;
  readonly profiles?: readonly string[];
  readonly healthcheck: { readonly test: readonly string[] };
}
const compose = parse(read('docker-compose.yml'), { strict: true, uniqueKeys: true }) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: object;
};
const heddle = compose.services.heddle as Service;

describe('the Dockerfile', () => {
  it('has the Node of package.json, in both stages', () => {
    expect(args).toEqual({ NODE_VERSION: packageJson.devDependencies.node });
    const base = `node:${args.NODE_VERSION}-slim`;
    expect(stages.map((stage) => [stage.name, stage.base])).toEqual([
      ['build', base],
      [undefined, base],
    ]);
  });

  it('copies files that are there and are not ignored', () => {
    const sources = findTexts(building, 'COPY').flatMap((text) => readCopy(text).sources);
    expect(sources.length).toBeGreaterThan(5);
    expect(sources.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    expect(sources.filter((path) => isIgnored(path, ignoreFile))).toEqual([]);
    expect(findTexts(running, 'COPY')).toEqual(['--from=build /src/image ./']);
  });

  it('runs as somebody else than root, with the data in a volume that is theirs', () => {
    expect(findTexts(running, 'USER')).toEqual(['1000:1000']);
    expect(findTexts(running, 'VOLUME')).toEqual([env.HEDDLE_DATA_DIR]);
    expect(findTexts(running, 'RUN')).toEqual([
      `install -d -o 1000 -g 1000 -m 700 ${env.HEDDLE_DATA_DIR}`,
    ]);
  });

  it('starts the host itself, which gets the signals, and always asks for a key', () => {
    const [entry = ''] = findTexts(running, 'ENTRYPOINT');
    expect(entry).toMatch(/^\["node", "host\/main\.mjs"/);
    const words = readCommand(entry).join(' ');
    expect(words).toContain('--address 0.0.0.0');
    expect(words).toContain(`--keys ${env.HEDDLE_DATA_DIR}/`);
    expect(words).not.toMatch(/--watch|--restart/);
  });

  it('contains no secret', () => {
    expect(Object.keys(env)).toEqual(['NODE_ENV', 'HEDDLE_DATA_DIR', 'LOCAL_HOST_STOP_SECONDS']);
    expect(read('Dockerfile')).not.toMatch(/SECRET|TOKEN|PASSWORD|^ADD /m);
  });
});

describe('.dockerignore', () => {
  it.each([
    ...['local.settings.json', 'heddle.env', '.env', '.env.local', 'shared/app/.env'],
    ...['.git/config', '.heddle/heddle.db', '.azure/dev/.env', 'infra/.azure/dev/config.json'],
    ...['node_modules/zod/package.json', 'shared/app/node_modules/ms/index.js', 'build/index.mjs'],
    ...['shared/app/local.settings.json', 'shared/app/.heddle/heddle.db', 'README.md'],
  ])('leaves out %s', (path) => {
    expect(isIgnored(path, ignoreFile)).toBe(true);
  });

  it('leaves in what the app is made of', () => {
    const paths = ['shared/app/actors/pr-reviewer.ts', 'infra/triggers.yaml', 'functions/index.ts'];
    expect(paths.filter((path) => isIgnored(path, ignoreFile))).toEqual([]);
  });
});

describe('docker-compose.yml', () => {
  it('has a service for the app, which runs alone and only when it is named', () => {
    expect(heddle).toMatchObject({ build: '.', profiles: ['app'], restart: 'unless-stopped' });
    expect(heddle.depends_on).toBeUndefined();
    const unnamed = Object.values(compose.services).filter(({ profiles }) => !profiles);
    expect(unnamed).toHaveLength(Object.keys(compose.services).length - 1);
  });

  it('asks for no variable that the app does not need: compose reads the whole file first', () => {
    expect(read('docker-compose.yml')).not.toMatch(/\$\{\w+:?\?/);
  });

  it('gives the app no more than it needs', () => {
    expect(heddle).toMatchObject({
      read_only: true,
      tmpfs: ['/tmp'],
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      user: findTexts(running, 'USER')[0],
      volumes: [`heddle-data:${env.HEDDLE_DATA_DIR}`],
    });
    expect(compose.volumes).toEqual({ 'heddle-data': null });
  });

  it('publishes the port of the image to this machine alone', () => {
    const [port] = findTexts(running, 'EXPOSE');
    expect(heddle.ports).toEqual([`\${HEDDLE_PUBLISH:-127.0.0.1:${port}}:${port}`]);
  });

  it('waits longer for the end than the host does', () => {
    const grace = /^(\d+)s$/.exec(String(heddle.stop_grace_period))?.[1];
    expect(Number(grace)).toBeGreaterThan(Number(env.LOCAL_HOST_STOP_SECONDS));
  });

  it('checks the health as the image does', () => {
    const [check = ''] = findTexts(running, 'HEALTHCHECK');
    const { test, ...times } = heddle.healthcheck;
    expect(test).toEqual(['CMD', ...readCommand(check)]);
    const flags = [...check.matchAll(/--([\w-]+)=(\w+)/g)].map(([, name = '', value = '']) => [
      name.replace('-', '_'),
      /^\d+$/.test(value) ? Number(value) : value,
    ]);
    expect(times).toEqual(Object.fromEntries(flags));
  });

  it('takes settings and secrets from a file that is not in the repository', () => {
    expect(heddle.env_file).toEqual([{ path: 'heddle.env', required: false }]);
    expect(read('.gitignore')).toContain('heddle.env');
    expect(heddle.environment).toBeUndefined();
  });
});
