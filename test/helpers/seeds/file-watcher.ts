import { fire, type PollContext, Poller, skip } from '../../../shared/heddle/actors/poller.ts';

/**
 * The poller of seed 001, lines 40-48 and 57-63: one new file per poll, with its name. A file that
 * is removed and comes back is new.
 */
export function createFileWatcher(list: (folder: string) => Promise<readonly string[]>) {
  return class FileWatcher extends Poller {
    override readonly name = 'file_watcher';
    override readonly pollInterval = '2s';
    override readonly allowConcurrent = false;

    override async poll({ options, state = [] }: PollContext) {
      const names = await list(String(options.path));
      const seen = (state as readonly string[]).filter((name) => names.includes(name));
      const filename = names.toSorted().find((name) => !seen.includes(name));
      if (filename === undefined) return skip({ state: seen });
      return fire({ filename }, { state: [...seen, filename] });
    }
  };
}
