import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseDocument, type YAMLMap, type YAMLSeq } from 'yaml';
import { SETTING_NAMES } from '../../shared/heddle/config/config.ts';
import type { Run } from '../../shared/heddle/domain/run.ts';
import { sourceKinds } from '../../shared/heddle/sources/kinds.ts';

/** Follows the README in a copy of the repository, block after block. */

const repository = fileURLToPath(new URL('../..', import.meta.url));
const copy = mkdtempSync(join(tmpdir(), 'heddle-readme-'));
const run = promisify(execFile);

interface Block {
  readonly language: string;
  readonly file: string | undefined;
  readonly text: string;
}

const readme = readFileSync(join(repository, 'README.md'), 'utf8');
const blocks: readonly Block[] = [
  ...readme.matchAll(/^```(\w+)(?: file=(\S+))?\n([\s\S]*?)^```$/gm),
].map(([, language = '', file, text = '']) => ({ language, file, text }));

const commands = blocks
  .filter(({ language }) => language === 'sh')
  .flatMap(({ text }) => text.trim().split('\n'));

/** Commands that cannot run within `npm test`, and where they run instead. */
const ELSEWHERE = new Map([
  ['npm test', 'this test is part of it'],
  ['npm run build', 'bundle.test.ts builds'],
  ['npm run bench', 'takes minutes; its help is asked for below'],
  ['npm run chaos', 'takes minutes; its help is asked for below'],
  ...['azd auth login', 'azd env new my-heddle', 'npm run deploy:check', 'azd up'].map(
    (command) => [command, 'deploy.test.ts runs it in a clone, on a stand-in for azd'] as const,
  ),
  ['azd env set GITHUB_WEBHOOK_SECRET "$(openssl rand -hex 32)"', 'as those above'],
  ['npm run emulators -- --write', 'emulators-command.test.ts starts an app on them'],
  ['echo "GITHUB_WEBHOOK_SECRET=$(openssl rand -hex 32)" >> heddle.env', 'of the container below'],
  ['docker compose up --build --detach heddle', 'container.test.ts does its steps without Docker'],
  ['docker compose exec heddle cat /data/keys.json', 'container.test.ts reads the keys'],
]);

/** Allows for a busy machine. */
const LATE = { timeout: 20_000 };

/** Files that users own: the README is followed with those that are shipped, whatever is there now. */
const THEIRS = /^(shared\/app|test\/app)\/|^infra\/triggers\.yaml$/;

let host: ChildProcess;
let port = '';
let output = '';

async function start(): Promise<void> {
  host = spawn('npm', ['start', '--', '--port', '0'], {
    cwd: copy,
    detached: true,
    env: { ...process.env, GITHUB_WEBHOOK_SECRET: undefined },
  });
  output = '';
  const ready = Promise.withResolvers<string>();
  const collect = (chunk: Buffer) => {
    output += chunk.toString();
    const found = /ready on http:\/\/127\.0\.0\.1:(\d+)/.exec(output)?.[1];
    if (found) ready.resolve(found);
  };
  host.stdout?.on('data', collect);
  host.stderr?.on('data', collect);
  host.once('exit', () => ready.reject(new Error(`npm start ended:\n${output}`)));
  port = await ready.promise;
}

/** Stops npm and its children, as Ctrl+C does. */
async function stop(): Promise<void> {
  if (host.pid === undefined || host.exitCode !== null || host.signalCode !== null) return;
  const exited = new Promise<void>((resolve) => host.once('exit', () => resolve()));
  process.kill(-host.pid, 'SIGINT');
  await exited;
}

/** Replaces the README's default port by a free one. */
async function shell(command: string): Promise<string> {
  const here = command.startsWith('npm run send')
    ? `${command} --url http://localhost:${port}`
    : command.replace('localhost:7071', `localhost:${port}`);
  const { stdout } = await run('bash', ['-c', here], { cwd: copy });
  return stdout;
}

/**
 * Writes a file as the README says. The file may have that text already, and more of the user's.
 */
function follow(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const before = readFileSync(file, { encoding: 'utf8', flag: 'a+' });
  writeFileSync(file, file.endsWith('.yaml') ? withTriggers(before, text) : text);
}

/** Adds triggers under `triggers:`, replacing those of the same name. */
function withTriggers(before: string, added: string): string {
  const document = parseDocument(before);
  const fresh = parseDocument(`triggers:\n${added}`).get('triggers') as YAMLSeq<YAMLMap>;
  const triggers = document.get('triggers') as YAMLSeq<YAMLMap>;
  const names = new Set(fresh.items.map((trigger) => trigger.get('name')));
  const others = triggers.items.filter((trigger) => !names.has(trigger.get('name')));
  triggers.items = [...others, ...fresh.items];
  return document.toString();
}

async function waitForRun(trigger: string): Promise<Run> {
  return vi.waitFor(async () => {
    const listed = await shell(`curl -s 'http://localhost:7071/api/v1/runs?trigger=${trigger}'`);
    const [found] = (JSON.parse(listed) as { items: Run[] }).items;
    expect(found?.status).toBe('succeeded');
    return found as Run;
  }, LATE);
}

beforeAll(() => {
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: repository });
  for (const file of files.toString().trim().split('\n')) {
    if (THEIRS.test(file)) continue;
    const from = join(repository, file);
    if (statSync(from, { throwIfNoEntry: false })?.isFile()) {
      cpSync(from, join(copy, file), { preserveTimestamps: true });
    }
  }
  // Older than what is installed, which the copy shares, so that nothing is installed again.
  utimesSync(join(copy, 'package-lock.json'), 0, 0);
  cpSync(join(repository, 'test/fixtures/user-app'), copy, { recursive: true });
  linkPackages();
});

/** The copy has all packages of the repository, and its own `heddle` and `app`. */
function linkPackages(): void {
  const [from, to] = [join(repository, 'node_modules'), join(copy, 'node_modules')];
  mkdirSync(to);
  const own = ['heddle', 'app'];
  for (const name of readdirSync(from).filter((name) => !own.includes(name))) {
    symlinkSync(join(from, name), join(to, name));
  }
  for (const name of own) symlinkSync(join('../shared', name), join(to, name));
}

afterAll(async () => {
  await stop();
  rmSync(copy, { recursive: true, force: true });
});

describe('the README', () => {
  it('starts with a host that is ready, and a settings file with a fresh secret', async () => {
    expect(commands[0]).toBe('npm start');
    await start();
    const settings = JSON.parse(readFileSync(join(copy, 'local.settings.json'), 'utf8'));
    expect(settings.Values.GITHUB_WEBHOOK_SECRET).toMatch(/^[0-9a-f]{64}$/);
  });

  it('shows a checklist after the first delivery', async () => {
    expect(commands).toContain('npm run send -- github pull_request');
    expect(await shell('npm run send -- github pull_request')).toContain('202 {"id":"');
    const { state } = await waitForRun('pr-review');
    expect(state.checklist).toHaveLength(5);
    expect(commands).toContain('curl http://localhost:7071/api/v1/runs');
    expect(await shell('curl -s http://localhost:7071/api/v1/runs')).toContain('"pr-review"');
  });

  it('has an actor and a trigger that compile and fire', { timeout: 180_000 }, async () => {
    for (const { file, text } of blocks) if (file !== undefined) follow(join(copy, file), text);
    await vi.waitFor(() => expect(output).toContain('The new version runs.'), LATE);
    await run('npx', ['tsc'], { cwd: copy });
    expect(await shell('npm run send -- github issues.opened')).toContain('202');
    const greeted = await waitForRun('greet-issue');
    expect(greeted.state).toEqual({ greeted: 'Codertocat' });
  });

  it('has an answer to why nothing fired', async () => {
    await shell('npm run send -- github push');
    await vi.waitFor(async () => {
      const listed = await shell("curl -s 'http://localhost:7071/api/v1/events?type=push'");
      const [event] = JSON.parse(listed).items;
      expect(event.decisions).toContainEqual({
        trigger: 'push-log',
        outcome: 'unmatched',
        clause: 'conditions.ref',
        expected: '["refs/heads/main","refs/heads/master"]',
        found: '"refs/tags/simple-tag"',
      });
    }, LATE);
  });

  it('has no command that fails', { timeout: 180_000 }, async () => {
    const here = commands.filter((command) => command !== 'npm start' && !ELSEWHERE.has(command));
    expect(here.length).toBeGreaterThan(5);
    for (const command of here) await shell(command);
    for (const long of ['bench', 'chaos']) {
      await run('npm', ['run', long, '--', '--help'], { cwd: copy });
    }
  });

  it('stops with Ctrl+C', async () => {
    await stop();
    await expect(fetch(`http://localhost:${port}/health`)).rejects.toThrow();
  });

  it('lists the settings that are read, with their defaults', async () => {
    const isOfDeployment = /__(credential|clientId|tableServiceUri)$|_AUTHENTICATION_STRING$/;
    const names = [...SETTING_NAMES.deployed, ...SETTING_NAMES.local].filter(
      (name) => !isOfDeployment.test(name),
    );
    const secrets = sourceKinds.flatMap(({ defaultSecrets }) => defaultSecrets);
    const [, section = ''] = /^## Settings\n([\s\S]*?)^## /m.exec(readme) ?? [];
    const listed = section
      .split('\n')
      .flatMap((line) => [...(/^\| (`[^|]*) \|/.exec(line)?.[1] ?? '').matchAll(/`(\w+)`/g)])
      .map(([, name]) => name);
    expect(listed.toSorted()).toEqual([...names, ...secrets].toSorted());
  });

  it('links to files that are there', () => {
    for (const [, target = ''] of readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)) {
      expect(statSync(join(copy, target), { throwIfNoEntry: false }), target).toBeDefined();
    }
  });
});
