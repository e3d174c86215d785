import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createDelivery } from '../helpers/github.ts';
import { HeddleHost, prepareHeddle } from '../helpers/heddle-host.ts';

const TRIGGERS = 'triggers: [{ name: t, source: github, eventType: push, actor: log }]\n';
/** More than what /health wants to be free. */
const SIZE = '96m';

/** Mounts a small file system of its own, which only an administrator may. */
function mountSmall(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-small-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', folder], {
      stdio: 'ignore',
    });
    return folder;
  } catch {
    rmSync(folder, { recursive: true });
    return undefined;
  }
}

const disk = mountSmall();

/** Writes until there is no room left. */
function fill(file: string): void {
  const descriptor = openSync(file, 'w');
  for (let size = 1024 * 1024; size >= 1; size = Math.floor(size / 2)) {
    try {
      for (;;) if (writeSync(descriptor, Buffer.alloc(size)) < size) break;
    } catch {
      // There is room for less.
    }
  }
  closeSync(descriptor);
}

async function push(host: HeddleHost, id: string): Promise<number> {
  const { headers, body } = await createDelivery(JSON.stringify({ ref: 'x'.repeat(50_000) }), {
    event: 'push',
    id,
  });
  return (await host.post(headers, body)).status;
}

async function healthStatus(host: HeddleHost): Promise<number> {
  return (await fetch(`${host.process.url}/health`)).status;
}

describe.skipIf(disk === undefined)('a full disk (needs the right to mount one)', () => {
  it('is said by /health, refuses deliveries, and takes them once there is room', async () => {
    const folder = disk ?? '';
    onTestFinished(() => {
      execFileSync('umount', ['-l', folder]);
      rmSync(folder, { recursive: true });
    });
    const env = { HEDDLE_DATA_DIR: join(folder, 'data') };
    const host = await HeddleHost.start(prepareHeddle({ triggers: TRIGGERS, env }));
    expect(await push(host, 'before')).toBe(202);
    await host.drained();
    const ballast = join(folder, 'ballast');
    fill(ballast);
    let refused = 0;
    for (let number = 0; number < 400 && refused === 0; number++) {
      if ((await push(host, `full-${number}`)) === 503) refused++;
    }
    expect(refused).toBe(1);
    await expect.poll(() => healthStatus(host)).toBe(503);
    const { reasons, lastWrite } = await host.health();
    expect(lastWrite).toMatchObject({ ok: false });
    expect(reasons.join('\n')).toMatch(/database or disk is full|the disk is full/);
    rmSync(ballast);
    // A write of its own tells /health that there is room again: no delivery need come.
    await expect.poll(() => healthStatus(host)).toBe(200);
    expect(await push(host, 'after')).toBe(202);
    await host.drained();
    await expect.poll(async () => (await host.health()).status).toBe('healthy');
    await host.process.stop();
  });
});
