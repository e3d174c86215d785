import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const execute = promisify(execFile);
const MAX_OUTPUT = 64 * 1024 * 1024;

/** Environment of a terminal of the user's: nothing of vitest's, and a name for commits. */
const env = Object.fromEntries(
  Object.entries({
    ...process.env,
    GIT_AUTHOR_NAME: 'A user',
    GIT_AUTHOR_EMAIL: 'user@example.org',
    GIT_COMMITTER_NAME: 'A user',
    GIT_COMMITTER_EMAIL: 'user@example.org',
  }).filter(([name]) => !/^(VITEST|NODE_ENV|TEST$|npm_|FORCE_COLOR)/.test(name)),
);

/** A clone of this repository's last commit in a temporary folder, as a user has it. */
export class UserClone {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async create(): Promise<UserClone> {
    const folder = join(mkdtempSync(join(tmpdir(), 'heddle-user-')), 'heddle');
    await execute('git', ['clone', '--quiet', '--no-local', repository, folder], { env });
    return new UserClone(folder);
  }

  /** Runs a command and answers its output. Rejects with all of it where it fails. */
  async run(command: string, ...args: readonly string[]): Promise<string> {
    try {
      const options = { cwd: this.folder, env, maxBuffer: MAX_OUTPUT };
      const { stdout, stderr } = await execute(command, [...args], options);
      return stdout + stderr;
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
      const message = `${command} ${args.join(' ')} failed:\n${stdout}\n${stderr}`;
      throw new Error(message, { cause: error });
    }
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.folder, path)), { recursive: true });
      writeFileSync(join(this.folder, path), text);
    }
  }

  async commit(message: string): Promise<void> {
    await this.run('git', 'add', '--all');
    await this.run('git', 'commit', '--quiet', '--allow-empty', '-m', message);
  }

  /** Starts the app with `npm start` on a free port. */
  async start(): Promise<RunningApp> {
    const child = spawn('npm', ['start', '--', '--port', '0'], {
      ...{ cwd: this.folder, detached: true, env },
    });
    let output = '';
    const ready = Promise.withResolvers<string>();
    const collect = (chunk: Buffer) => {
      output += chunk.toString();
      const found = /ready on (http:\/\/127\.0\.0\.1:\d+)/.exec(output)?.[1];
      if (found) ready.resolve(found);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('exit', () => ready.reject(new Error(`npm start ended:\n${output}`)));
    return { url: await ready.promise, stop: () => stop(child) };
  }

  copy(from: string, to: string): void {
    cpSync(join(this.folder, from), join(this.folder, to));
  }

  remove(): void {
    rmSync(dirname(this.folder), { recursive: true, force: true, maxRetries: 3 });
  }
}

export interface RunningApp {
  readonly url: string;
  stop(): Promise<void>;
}

/** Stops npm and its children, as Ctrl+C does. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  process.kill(-child.pid, 'SIGINT');
  await exited;
}
