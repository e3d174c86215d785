import { randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { createDelivery, post } from '../harness/delivery.ts';
import type { HostProcess } from '../harness/host-process.ts';
import type { Stage } from '../harness/stage.ts';
import type { Fault } from './fault.ts';

const HOLD_MS = { min: 1500, max: 4000 };
/** How long a host has to take deliveries again by itself, before it is killed as a person would. */
const PATIENCE_MS = 4000;
const LOOK_EVERY_MS = 200;

/** No block is left where the database is; SQLite's own writes fail. */
export const fullDisk: Fault = {
  name: 'full disk',
  modes: ['embedded'],
  async inject(stage) {
    const { disk } = stage;
    if (disk === undefined) return;
    stage.disturbances++;
    disk.fill();
    await hold(stage);
    disk.free();
    await mend(stage);
  },
};

/** Flushes to disk answer EIO. The product takes nothing more then, until a restart. */
export const flushError: Fault = {
  name: 'flush error',
  modes: ['embedded'],
  async inject(stage) {
    stage.disturbances++;
    writeFileSync(stage.flushFault, '');
    await hold(stage);
    rmSync(stage.flushFault);
    await mend(stage);
  },
};

function hold({ random }: Stage): Promise<void> {
  return wait(random.between(HOLD_MS.min, HOLD_MS.max));
}

/** Restarts each host that does not work again by itself. */
async function mend({ hosts }: Stage): Promise<void> {
  await Promise.all(
    hosts.map(async (host) => {
      if (await worksAgain(host)) return;
      await host.kill();
      await host.ready();
    }),
  );
}

async function worksAgain({ url }: HostProcess): Promise<boolean> {
  const deadline = performance.now() + PATIENCE_MS;
  while (performance.now() < deadline) {
    // No trigger matches it.
    const probe = createDelivery('probe', randomUUID(), '{}');
    if ((await post(url, probe)) === 202) return true;
    await wait(LOOK_EVERY_MS);
  }
  return false;
}
