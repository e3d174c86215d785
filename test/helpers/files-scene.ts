import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import type { PollResult } from '../../shared/heddle/actors/poller.ts';
import { type Disk, nodeDisk } from '../../shared/heddle/actors/pollers/files/disk.ts';
import { createFilesPoller } from '../../shared/heddle/actors/pollers/files.ts';
import type { Json, JsonObject } from '../../shared/heddle/domain/json.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';
import { silent } from './world.ts';

export interface FilesScene extends Disposable {
  readonly root: string;
  readonly clock: FakeClock;
  /** The poller's stored state; assign an earlier one to go back. */
  state: Json | undefined;
  /** Writes a file that is a second newer than the one before. */
  write(path: string, content?: string): void;
  at(path: string): string;
  /** @returns the events: `created a.csv`, `moved a.csv → b.csv` */
  poll(seconds?: number): Promise<readonly string[]>;
  /** Returns the whole result of a poll, and keeps its state. */
  pollFully(): Promise<PollResult>;
}

interface SceneParts {
  readonly options?: JsonObject;
  readonly disk?: Disk;
  readonly signal?: AbortSignal;
  /** The path below the root. */
  readonly path?: string;
}

/** Creates a trigger on its own folder, which reports files at once. */
export function createFilesScene(parts: SceneParts = {}): FilesScene {
  const { options = {}, disk = nodeDisk, path = '*' } = parts;
  const root = mkdtempSync(join(tmpdir(), 'files-'));
  const clock = createFakeClock();
  const FilesPoller = createFilesPoller(disk);
  let written = 0;
  return {
    ...{ root, clock, state: undefined },
    at: (below) => join(root, below),
    write(below, content = 'text') {
      mkdirSync(dirname(join(root, below)), { recursive: true });
      writeFileSync(join(root, below), content);
      age(join(root, below), ++written);
    },
    async poll(seconds = 0) {
      await clock.advance(seconds * 1000);
      const result = await this.pollFully();
      const events = result.outcome === 'fire' ? result.events : [];
      return events.map(({ context }) => toLine(context, root));
    },
    async pollFully() {
      const given = { path: join(root, path), debounceSeconds: 0, ...options };
      const result = await new FilesPoller().poll({
        ...{ trigger: 'files', state: this.state, due: clock.now(), logger: silent, clock },
        options: FilesPoller.parseOptions(given),
        signal: parts.signal ?? new AbortController().signal,
        http: { send: () => Promise.reject(new Error('asks nobody')) },
        probes: {} as never,
        readSecret: () => '',
      });
      if (result.state !== undefined) this.state = JSON.parse(JSON.stringify(result.state));
      return result;
    },
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** Sets a file's time, so that files differ in time however quick the test is. */
export function age(path: string, seconds: number): void {
  utimesSync(path, seconds, 1_700_000_000 + seconds);
}

export function toLine({ event, path, from }: JsonObject, root: string): string {
  const [to, since] = [path, from].map((one) => one && relative(root, String(one)));
  return since === undefined ? `${event} ${to}` : `${event} ${since} → ${to}`;
}
