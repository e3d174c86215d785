import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { build } from '../../infra/build.ts';

/** What a cold start in Azure loads, of which its time is made. Nothing here is timed. */

const repository = resolve(import.meta.dirname, '../..');
const loader = join(repository, 'test/bench/servers/load.cjs');

/** Writes down the files that are loaded until the app is open. */
const observer = `
  const { registerHooks } = require('node:module');
  const loaded = [];
  registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
  process.on('exit', () => {
    require('node:fs').writeFileSync(process.env.OBSERVED, JSON.stringify(loaded));
  });`;

/** As infra/main.bicep sets them. Nothing is called, so the services need not exist. */
const AZURE = {
  WEBSITE_SITE_NAME: 'heddle',
  ServiceBus__fullyQualifiedNamespace: 'nowhere.invalid',
  Cosmos__accountEndpoint: 'https://nowhere.invalid',
  AzureWebJobsStorage__blobServiceUri: 'https://nowhere.invalid',
  AzureWebJobsStorage__queueServiceUri: 'https://nowhere.invalid',
  GITHUB_WEBHOOK_SECRET: 'a secret of the bundle test',
  TRIGGERS_B64_00: Buffer.from(
    JSON.stringify({
      sources: { github: {} },
      triggers: [{ name: 't', source: 'github', actor: 'log' }],
    }),
  ).toString('base64'),
};

let parent: string;
let files: readonly string[];

beforeAll(async () => {
  parent = mkdtempSync(join(tmpdir(), 'heddle-start-'));
  const outDir = join(parent, 'app');
  await build({ outDir, app: join(repository, 'test/fixtures/own-app') });
  files = load(outDir);
});
afterAll(() => rmSync(parent, { recursive: true, force: true }));

function load(outDir: string): readonly string[] {
  const preload = join(parent, 'observer.cjs');
  writeFileSync(preload, observer);
  execFileSync(process.execPath, ['--require', preload, loader, join(outDir, 'index.mjs')], {
    cwd: outDir,
    env: { PATH: process.env.PATH, ...AZURE, OBSERVED: join(parent, 'observed.json') },
  });
  const urls = JSON.parse(readFileSync(join(parent, 'observed.json'), 'utf8')) as string[];
  return urls.filter((url) => url.endsWith('.mjs')).map((url) => fileURLToPath(url));
}

/** The packages whose code is in the files. */
function packagesOf(loaded: readonly string[]): readonly string[] {
  const sources = loaded.flatMap(
    (file) => (JSON.parse(readFileSync(`${file}.map`, 'utf8')) as { sources: string[] }).sources,
  );
  const packages = sources.flatMap(
    (source) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? [],
  );
  return [...new Set(packages)].sort();
}

test('registers the functions without zod', () => {
  const registering = files.slice(
    0,
    files.findIndex((file) => /chunks\/open-/.test(file)),
  );
  expect(registering.length).toBeGreaterThan(0);
  expect(packagesOf(registering)).toEqual(['cookie']);
});

test('loads the code of these packages, and no library of a service', () => {
  expect(packagesOf(files)).toEqual(['cookie', 'zod']);
});

test('reads few files', () => {
  expect(files.length).toBeLessThanOrEqual(16);
});
