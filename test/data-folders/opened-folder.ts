import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRuns, type ShownRun } from './contents.ts';
import { type Execution, type Expected, readJournal } from './expectations.ts';
import { FolderHost, type FolderSettings, type Start, until } from './folder-host.ts';
import { unpackFolder } from './packed-folder.ts';

/** On a busy machine; a quiet one needs a fifth of it. */
const WITHIN_MS = 40_000;

/** A copy of a kept data folder, opened by this version. */
export class OpenedFolder implements AsyncDisposable {
  readonly expected: Expected;
  readonly #folder: string;
  readonly #settings: FolderSettings;
  #host: FolderHost | undefined;

  /** @param kept folder with `data`, `triggers.yaml` and `expected.json` */
  constructor(kept: string) {
    this.#folder = mkdtempSync(join(tmpdir(), 'heddle-opened-'));
    const dataDir = join(this.#folder, 'data');
    unpackFolder(join(kept, 'data'), dataDir);
    this.expected = JSON.parse(readFileSync(join(kept, 'expected.json'), 'utf8')) as Expected;
    this.#settings = {
      ...{ dataDir, triggersFile: join(kept, 'triggers.yaml') },
      journal: join(this.#folder, 'journal.jsonl'),
      release: join(this.#folder, 'released'),
    };
  }

  get host(): FolderHost {
    if (this.#host) return this.#host;
    throw new Error('the folder is not open: call open() first');
  }

  /** Again, too: the process before is ended in order. @param afterMs since the last one was killed */
  async open(afterMs: number, options: Omit<Start, 'at'> = {}): Promise<FolderHost> {
    await this.#host?.stop();
    const at = new Date(Date.parse(this.expected.killedAt) + afterMs).toISOString();
    this.#host = await FolderHost.start(this.#settings, { at, ...options });
    return this.#host;
  }

  /** From now on actors neither wait nor fail. */
  release(): void {
    writeFileSync(this.#settings.release, '');
  }

  /** The executions since the folder was opened. */
  executions(): readonly Execution[] {
    return readJournal(this.#settings.journal);
  }

  /** As it was before anything went on. */
  leftRun(trigger: string, eventId: string): ShownRun {
    const isIt = (run: ShownRun) => run.trigger === trigger && run.eventId === eventId;
    const run = this.expected.contents.runs.find((one) => isIt(one) && !one.isReplay);
    if (run) return run;
    throw new Error(`expected.json has no run of ${trigger} for ${eventId}`);
  }

  /** Runs that have not ended, as they were then. */
  leftOpen(): readonly ShownRun[] {
    return this.expected.contents.runs.filter(isOpen);
  }

  runsOf(trigger: string): Promise<readonly ShownRun[]> {
    return readRuns(this.host, `?trigger=${trigger}`);
  }

  run(id: string): Promise<ShownRun> {
    return this.host.get<ShownRun>(`runs/${id}`);
  }

  /** Once it has ended. */
  endedRun(id: string): Promise<ShownRun> {
    return until(`the end of run ${id}`, async () => onceEnded(await this.run(id)), WITHIN_MS);
  }

  /** The run that is no replay, once it has ended. */
  endedRunOf(trigger: string, eventId: string): Promise<ShownRun> {
    const isIt = (run: ShownRun) => run.eventId === eventId && !run.isReplay;
    const find = async () => onceEnded((await this.runsOf(trigger)).find(isIt));
    return until(`the end of the run of ${trigger} for ${eventId}`, find, WITHIN_MS);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#host?.kill();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

function isOpen({ status }: ShownRun): boolean {
  return status === 'queued' || status === 'running';
}

function onceEnded(run: ShownRun | undefined): ShownRun | undefined {
  return run && !isOpen(run) ? run : undefined;
}
