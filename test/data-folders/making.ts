import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readRuns, type ShownRun } from './contents.ts';
import { FolderHost, type FolderSettings, type Start, until } from './folder-host.ts';

/** Far from the ends of an hour and a day, by which limits and statistics count. */
const BEGINS_AT = Date.parse('2026-01-15T08:10:00Z');
/** A killed process's messages are taken up by the next after so long. */
const LOCK_SECONDS = 2;

/** A data folder in the making, with a clock of its own that all its processes share. */
export class Making {
  readonly settings: FolderSettings;
  readonly #begunAt = Date.now();

  constructor(folder: string) {
    this.settings = {
      dataDir: join(folder, 'data'),
      triggersFile: toPath('triggers.yaml'),
      journal: join(folder, 'journal.jsonl'),
      release: join(folder, 'released'),
    };
  }

  now(): string {
    return new Date(BEGINS_AT + Date.now() - this.#begunAt).toISOString();
  }

  start(options: Omit<Start, 'at'> = {}, triggers = 'triggers.yaml'): Promise<FolderHost> {
    const settings = { ...this.settings, triggersFile: toPath(triggers) };
    return FolderHost.start(settings, { at: this.now(), lockSeconds: LOCK_SECONDS, ...options });
  }
}

export function toPath(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

/** Resolves with the run of an event, each of which is taken by one trigger, once it is as it should be. */
export function untilRun(
  host: FolderHost,
  eventId: string,
  isAsItShould: (run: ShownRun) => boolean,
): Promise<ShownRun> {
  const isIt = (run: ShownRun) => run.eventId === eventId && !run.isReplay && isAsItShould(run);
  return until(`the run for ${eventId}`, async () => (await readRuns(host)).find(isIt));
}

export const is =
  (status: string) =>
  (run: ShownRun): boolean =>
    run.status === status;

export const isHeldBy =
  (limit: string) =>
  (run: ShownRun): boolean =>
    run.held?.limit === limit;
