import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding, Outcome } from './finding.ts';

const FUNCTION_NAME = /^[a-z][a-z0-9_-]{0,127}$/i;
/** Function names that the template (always ready instances) and the alerts refer to. */
const NEEDED = ['dispatch', 'dispatch-ordered', 'dead-letter', 'dead-letter-ordered', 'heartbeat'];

/** Settings as in Azure. Nothing is contacted, because no start-up hook runs. */
const SETTINGS = {
  ServiceBus__fullyQualifiedNamespace: 'sb-check.servicebus.windows.net',
  Cosmos__accountEndpoint: 'https://cosmos-check.documents.azure.com/',
  AzureWebJobsStorage__blobServiceUri: 'https://stcheck.blob.core.windows.net/',
  AzureWebJobsStorage__queueServiceUri: 'https://stcheck.queue.core.windows.net/',
};

const LOAD_TIMEOUT_MS = 30_000;
const MAX_REASON = 300;

/** Checks that the deployed folder loads as in Microsoft's worker, and registers functions. */
export function checkBundle(folder: string): Outcome {
  const entry = findEntry(folder);
  if (entry === undefined) {
    return fail(folder, 'has no package.json with a "main" that is there', 'npm run build');
  }
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', LOADER, entry], {
    cwd: folder,
    encoding: 'utf8',
    timeout: LOAD_TIMEOUT_MS,
    env: { PATH: process.env.PATH ?? '', ...SETTINGS },
  });
  const line = stdout.slice(stdout.lastIndexOf('\n') + 1);
  if (status !== 0 || !line.startsWith('[')) {
    return fail(entry, `does not load: ${toReason(stderr)}`, 'correct it, npm run build');
  }
  const names = JSON.parse(line) as string[];
  const findings = [
    ...NEEDED.filter((name) => !names.includes(name)).map((name) => toMissing(entry, name)),
    ...names.filter((name) => !FUNCTION_NAME.test(name)).map((name) => toNameFinding(entry, name)),
  ];
  return { findings, summary: `${names.length} functions, ${toSize(folder)}` };
}

/** Extracts the error from Node's output, which begins with the source line: all of a bundle. */
function toReason(stderr: string): string {
  const lines = stderr.split('\n');
  const first = lines.findIndex((text) => /^\w*(Error|Exception)\b/.test(text));
  const error = lines.slice(first).filter((text) => !text.startsWith('    at '));
  const text = first < 0 ? stderr.trim().slice(-MAX_REASON) : error.join(' ');
  return text.slice(0, MAX_REASON).trim() || 'it does not end';
}

function fail(file: string, what: string, fix: string): Outcome {
  return { findings: [{ file, what, fix }], summary: '' };
}

function toNameFinding(file: string, name: string): Finding {
  return {
    file,
    what: `"${name}" cannot be the name of a function`,
    fix: 'letters, digits, "-", "_"',
  };
}

function toMissing(file: string, name: string): Finding {
  const what = `does not register the function "${name}" with the settings of Azure`;
  return { file, what, fix: 'see functions/register.ts' };
}

function findEntry(folder: string): string | undefined {
  const path = join(folder, 'package.json');
  if (!existsSync(path)) return undefined;
  const { main } = JSON.parse(readFileSync(path, 'utf8')) as { main?: string };
  return main !== undefined && existsSync(join(folder, main)) ? join(folder, main) : undefined;
}

function toSize(folder: string): string {
  const files = globSync('**/*.{js,cjs,mjs}', { cwd: folder });
  const bytes = files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
  return `${(bytes / 1024).toFixed(0)} KB of JavaScript in ${files.length} files`;
}

/**
 * Serves the core module as the worker does, by a hook on `require`, and prints the registered
 * names. The app's start-up hooks do not run, since they would open connections.
 */
const LOADER = `
  const Module = require('node:module');
  const { pathToFileURL } = require('node:url');
  const names = [];
  class Disposable { dispose() {} }
  const core = {
    version: '3.10.0',
    hostVersion: '4.1037.0',
    Disposable,
    registerHook: () => new Disposable(),
    registerFunction: ({ name }) => (names.push(name), new Disposable()),
    setProgrammingModel() {},
    getProgrammingModel() {},
    log() {},
  };
  const original = Module.prototype.require;
  Module.prototype.require = function (id) {
    return id === '@azure/functions-core' ? core : original.call(this, id);
  };
  import(pathToFileURL(process.argv[1]).href).then(() => {
    process.stdout.write('\\n' + JSON.stringify(names), () => process.exit());
  });`;
