import { execFileSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { sign } from '@octokit/webhooks-methods';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { build } from '../../infra/build.ts';
import { startAzureBackend } from '../helpers/backend.ts';
import { startHost } from '../helpers/local-host.ts';

const secret = 'a secret of the bundle test';
const repository = resolve(import.meta.dirname, '../..');

/** Plays Microsoft's worker: serves the core module, loads the entry, prints what registers. */
const loader = `
  const Module = require('node:module');
  const { pathToFileURL } = require('node:url');
  const functions = [];
  const hooks = [];
  class Disposable {}
  const core = {
    version: '3.10.0',
    hostVersion: '4.1037.0',
    Disposable,
    registerHook: (name) => (hooks.push(name), new Disposable()),
    registerFunction: (metadata) => (functions.push(metadata), new Disposable()),
    setProgrammingModel() {},
    getProgrammingModel() {},
    log() {},
  };
  const original = Module.prototype.require;
  Module.prototype.require = function (id) {
    return id === '@azure/functions-core' ? core : original.call(this, id);
  };
  const entry = process.argv[1];
  import(pathToFileURL(entry).href).then(() => {
    process.stdout.write('\\n' + JSON.stringify({ functions, hooks }));
    process.exit();
  });`;

interface Binding {
  readonly type: string;
  readonly route?: string;
  readonly methods?: readonly string[];
}

interface Metadata {
  readonly name: string;
  readonly bindings: Readonly<Record<string, Binding>>;
}

interface Registered {
  readonly functions: readonly Metadata[];
  readonly hooks: readonly string[];
}

interface Run {
  readonly status: string;
  readonly trigger: string;
}

/** Never contacted: functions are registered without a connection. */
const AZURE = {
  ServiceBus__fullyQualifiedNamespace: 'nowhere.invalid',
  Cosmos__accountEndpoint: 'https://nowhere.invalid',
  AzureWebJobsStorage__blobServiceUri: 'https://nowhere.invalid',
  AzureWebJobsStorage__queueServiceUri: 'https://nowhere.invalid',
  HEDDLE_STORAGE_QUEUES: 'orders',
};
const modes: readonly [string, NodeJS.ProcessEnv][] = [
  ['embedded', {}],
  ['on Service Bus', AZURE],
];

let parent: string;
let outDir: string;

beforeAll(async () => {
  parent = mkdtempSync(join(tmpdir(), 'heddle-bundle-'));
  outDir = join(parent, 'app');
  await build({ outDir, app: join(repository, 'test/fixtures/own-app') });
});
afterAll(() => rmSync(parent, { recursive: true, force: true }));

function load(cwd: string, entry: string, mode: NodeJS.ProcessEnv = {}): Registered {
  const data = { NODE_OPTIONS: '', HEDDLE_DATA_DIR: mkdtempSync(join(parent, 'data-')) };
  const output = execFileSync(process.execPath, ['-e', loader, join(cwd, entry)], {
    cwd,
    env: { ...process.env, ...data, ...mode },
    encoding: 'utf8',
  });
  return JSON.parse(output.slice(output.lastIndexOf('\n'))) as Registered;
}

describe('the deployed bundle', () => {
  test('is these files, what they load later, and no others', () => {
    const files = globSync('**/*', { cwd: outDir, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(outDir.length + 1));
    const isChunk = (path: string) => /^chunks\/[\w-]+-[A-Z0-9]{8}\.mjs(\.map)?$/.test(path);
    expect(files.filter((path) => !isChunk(path)).sort()).toEqual([
      'host.json',
      'index.mjs',
      'index.mjs.map',
      'infra/triggers.yaml',
      'package.json',
    ]);
    const packageJson: unknown = JSON.parse(readFileSync(join(outDir, 'package.json'), 'utf8'));
    expect(packageJson).toEqual({
      name: 'heddle-app',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      main: 'index.mjs',
    });
  });

  test.each(modes)('registers what the sources register, without node_modules: %s', (_, env) => {
    const bundled = load(outDir, 'index.mjs', env);
    expect(bundled.functions.length).toBeGreaterThan(0);
    expect(bundled).toEqual(load(repository, 'functions/index.ts', env));
  });

  test.each(modes)('gives functions names, bindings and routes that Azure takes: %s', (_, env) => {
    for (const { name, bindings } of load(outDir, 'index.mjs', env).functions) {
      expect(name).toMatch(/^(?!host$)[a-z][a-z0-9_-]{0,127}$/);
      for (const [binding, { route = '' }] of Object.entries(bindings)) {
        expect(binding, name).toMatch(/^([a-zA-Z][a-zA-Z0-9]{0,127}|\$return)$/);
        expect(route, name).not.toMatch(/^\/?(admin|runtime)/i);
      }
    }
  });

  test('has no route that another function answers: they are tried in the order of names', () => {
    const routes = load(outDir, 'index.mjs').functions.flatMap(({ name, bindings }) =>
      Object.values(bindings).flatMap(({ route, methods = [] }) =>
        route === undefined ? [] : [{ name, route, methods }],
      ),
    );
    routes.sort((a, b) => (a.name.toUpperCase() < b.name.toUpperCase() ? -1 : 1));
    for (const { name, route, methods } of routes) {
      const path = route.replace(/\/\{\w+\?\}/g, '').replace(/\{\w+\}/g, 'anything');
      const first = routes.find(
        (other) =>
          toPattern(other.route).test(path) && other.methods.some((one) => methods.includes(one)),
      );
      expect(first?.name, path).toBe(name);
    }
  });

  test('has the functions of the queues on Service Bus alone', () => {
    const isHttp = ({ bindings }: Metadata) =>
      Object.values(bindings).some(({ type }) => type === 'httpTrigger');
    const others = (env: NodeJS.ProcessEnv) =>
      load(outDir, 'index.mjs', env).functions.filter((one) => !isHttp(one));
    expect(others({})).toEqual([]);
    const bytes = { connection: 'ServiceBus', dataType: 'binary', type: 'serviceBusTrigger' };
    const triggers = others(AZURE).map(({ name, bindings }) => [name, Object.values(bindings)[0]]);
    expect(Object.fromEntries(triggers)).toMatchObject({
      dispatch: { ...bytes, queueName: 'events', isSessionsEnabled: false },
      'dispatch-ordered': { ...bytes, queueName: 'events-ordered', isSessionsEnabled: true },
      'dead-letter': { ...bytes, queueName: 'events/$deadletterqueue' },
      'dead-letter-ordered': { ...bytes, queueName: 'events-ordered/$deadletterqueue' },
      'dispatch-urgent': { ...bytes, queueName: 'events-urgent', isSessionsEnabled: false },
      'dead-letter-urgent': { ...bytes, queueName: 'events-urgent/$deadletterqueue' },
      heartbeat: { type: 'timerTrigger', schedule: '0 * * * * *' },
      'storage-queue-orders': { type: 'queueTrigger', queueName: 'orders' },
    });
    expect(triggers).toHaveLength(8);
  });

  test.each([
    ['embedded', async () => ({})],
    ['on Service Bus and Cosmos DB', startEmulators],
  ])('takes a signed delivery and runs its actor, %s', async (_, open) => {
    const env = { GITHUB_WEBHOOK_SECRET: secret, HEDDLE_DATA_DIR: join(parent, 'data') };
    const host = await startHost({ app: outDir, env: { ...env, ...(await open()) } });
    const accepted = await deliver(host.url);
    expect(accepted.status).toBe(202);
    await expect
      .poll(() => listRuns(host.url), { timeout: 10_000 })
      .toMatchObject([{ trigger: 'pr-review', status: 'succeeded' }]);
    await host.stop();
  });
});

async function startEmulators(): Promise<NodeJS.ProcessEnv> {
  const backend = await startAzureBackend();
  onTestFinished(() => backend[Symbol.asyncDispose]());
  return backend.env;
}

/** Supports the route templates used here: texts, `{name}` and `{name?}`. */
function toPattern(route: string): RegExp {
  const source = route.replace(/\/\{\w+\?\}/g, '(/[^/]+)?').replace(/\{\w+\}/g, '[^/]+');
  return new RegExp(`^${source}$`, 'i');
}

async function deliver(url: string): Promise<Response> {
  const require = createRequire(import.meta.url);
  const groups = require('@octokit/webhooks-examples') as { name: string; examples: object[] }[];
  const examples = groups.find(({ name }) => name === 'pull_request')?.examples ?? [];
  const body = JSON.stringify(examples.find((e) => 'action' in e && e.action === 'opened'));
  return fetch(`${url}/webhooks/github`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'pull_request',
      'x-github-delivery': crypto.randomUUID(),
      'x-hub-signature-256': await sign(secret, body),
    },
  });
}

async function listRuns(url: string): Promise<readonly Run[]> {
  const response = await fetch(`${url}/api/v1/runs?trigger=pr-review`);
  return ((await response.json()) as { readonly items: readonly Run[] }).items;
}
