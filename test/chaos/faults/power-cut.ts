import { copyFileSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Stage } from '../harness/stage.ts';
import type { Fault } from './fault.ts';

const FILES = ['heddle.db', 'heddle.db-wal'];
const LOOK_EVERY_MS = 20;
const PATIENCE_MS = 10_000;
const MAX_UNFLUSHED_MS = 500;

/** The process is gone, and with it every commit that was not flushed: preloads/power-cut.ts. */
export const powerCut: Fault = {
  name: 'power cut',
  modes: ['embedded'],
  async inject(stage) {
    const [host] = stage.hosts;
    if (host === undefined) return;
    const [request, done] = ['request', 'done'].map((name) => join(stage.powerCut, name));
    writeFileSync(request ?? '', '');
    if (!(await appears(done ?? ''))) throw new Error('no flush came while events were sent');
    await wait(stage.random.between(0, MAX_UNFLUSHED_MS));
    await host.kill(() => restore(stage));
    rmSync(done ?? '');
    await host.ready();
  },
};

async function appears(path: string): Promise<boolean> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!existsSync(path) && performance.now() < deadline) await wait(LOOK_EVERY_MS);
  return existsSync(path);
}

/** SQLite makes the shared memory anew from the log. */
function restore({ dataDir, powerCut: folder }: Stage): void {
  rmSync(join(dataDir, 'heddle.db-shm'), { force: true });
  for (const name of FILES) copyFileSync(join(folder, name), join(dataDir, name));
}
