import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Backend, type Mode, startBackend } from './backend.ts';
import { Cleanup } from './cleanup.ts';
import { SECRET } from './delivery.ts';
import { HostProcess } from './host-process.ts';
import type { Random } from './random.ts';
import { SmallDisk } from './small-disk.ts';

/** How long a message stays with a host that has died, in seconds. */
export const LOCK_SECONDS = 3;
/** How long a process may be blocked before its watchdog ends it. */
const BLOCKED_SECONDS = 5;
/** Makes the actor that fills the memory do so quickly. */
const HEAP_MB = 256;

const triggersFile = fileURLToPath(new URL('../app/triggers.yaml', import.meta.url));
const preload = (name: string) => new URL(`../preloads/${name}.ts`, import.meta.url).href;

export interface StageOptions {
  readonly mode: Mode;
  readonly hosts: number;
  readonly random: Random;
  readonly needsSmallDisk: boolean;
  /** Keeps the folder, with the logs of the hosts. */
  readonly keeps: boolean;
}

/** What a scenario runs on: hosts on one backend, and what faults need. */
export interface Stage {
  readonly mode: Mode;
  readonly random: Random;
  readonly hosts: readonly HostProcess[];
  readonly services: Backend['services'];
  readonly disk: SmallDisk | undefined;
  readonly dataDir: string;
  readonly journal: string;
  /** While it exists, flushes to disk fail. */
  readonly flushFault: string;
  /** The folder for faults/power-cut.ts. */
  readonly powerCut: string;
  setClock(aheadMs: number): void;
  /** Faults that ended no process but may have interrupted attempts. */
  disturbances: number;
  close(): Promise<void>;
}

export async function openStage(options: StageOptions): Promise<Stage> {
  const cleanup = new Cleanup();
  const onSignal = () => void cleanup.run().then(() => process.exit(130));
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, onSignal);
    cleanup.add(() => process.off(name, onSignal));
  }
  try {
    return await build(options, cleanup);
  } catch (error) {
    await cleanup.run();
    throw error;
  }
}

async function build(options: StageOptions, cleanup: Cleanup): Promise<Stage> {
  const { mode, random, keeps } = options;
  const folder = mkdtempSync(join(tmpdir(), 'heddle-chaos-'));
  if (keeps) cleanup.add(() => console.error(`Kept: ${folder}`));
  else cleanup.add(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  const disk = options.needsSmallDisk ? mountDisk(folder, cleanup) : undefined;
  const dataDir = disk?.folder ?? join(folder, 'data');
  const powerCut = join(folder, 'power-cut');
  for (const path of [dataDir, powerCut]) mkdirSync(path, { recursive: true });
  const clock = join(folder, 'clock');
  const journal = join(folder, 'journal.jsonl');
  const flushFault = join(folder, 'flush-fails');
  const backend = await startBackend(mode, LOCK_SECONDS * 1000, cleanup);
  const env = {
    ...{ ...backend.env, HEDDLE_DATA_DIR: dataDir, HEDDLE_TRIGGERS_FILE: triggersFile },
    ...{ GITHUB_WEBHOOK_SECRET: SECRET, HEDDLE_LOCK_SECONDS: String(LOCK_SECONDS) },
    ...{ HEDDLE_BLOCKED_SECONDS: String(BLOCKED_SECONDS), CHAOS_POWER_CUT: powerCut },
    ...{ CHAOS_JOURNAL: journal, CHAOS_CLOCK: clock, CHAOS_FLUSH_FAULT: flushFault },
  };
  const hosts = await startHosts(options.hosts, env, folder, cleanup);
  return {
    ...{ mode, random, hosts, services: backend.services, disk, dataDir, journal },
    ...{ flushFault, powerCut },
    setClock: (aheadMs) => writeFileSync(clock, String(Math.round(aheadMs))),
    disturbances: 0,
    close: () => cleanup.run(),
  };
}

function mountDisk(folder: string, cleanup: Cleanup): SmallDisk | undefined {
  const disk = SmallDisk.mount(join(folder, 'disk'));
  if (disk !== undefined) cleanup.add(() => disk.unmount());
  return disk;
}

async function startHosts(
  count: number,
  env: Readonly<Record<string, string>>,
  folder: string,
  cleanup: Cleanup,
): Promise<readonly HostProcess[]> {
  const nodeArgs = [
    `--max-old-space-size=${HEAP_MB}`,
    ...['flush-fault', 'power-cut', 'shifted-clock'].flatMap((name) => ['--import', preload(name)]),
  ];
  const hosts: HostProcess[] = [];
  cleanup.add(() => Promise.all(hosts.map((host) => host.stop())));
  for (let number = 1; number <= count; number++) {
    const logFile = join(folder, `host-${number}.log`);
    hosts.push(await HostProcess.start({ env, nodeArgs, logFile }));
  }
  for (const host of hosts) await host.ready();
  return hosts;
}
