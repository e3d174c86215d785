import { clockJump, dayAhead } from './faults/clock.ts';
import { flushError, fullDisk } from './faults/disks.ts';
import type { Fault } from './faults/fault.ts';
import { powerCut } from './faults/power-cut.ts';
import { kill, pause } from './faults/processes.ts';
import { blobOutage, cosmosOutage, cutConnections, serviceBusOutage } from './faults/services.ts';
import { MODES, type Mode } from './harness/backend.ts';
import { BLOCKER, KILLERS, type Kind } from './harness/kinds.ts';

export interface Scenario {
  readonly name: string;
  readonly about: string;
  readonly modes: readonly Mode[];
  /** Injected one after the other, in random order, until the load ends. */
  readonly faults: readonly Fault[];
  /** Events whose runs kill or block the process, one of each among the innocent ones. */
  readonly killers: readonly Kind[];
  /** Processes on the same backend. */
  readonly hosts: number;
}

const AZURE_FAULTS = [serviceBusOutage, cosmosOutage, blobOutage, cutConnections];
const DISK_FAULTS = [fullDisk, flushError];

function scenario(
  name: string,
  about: string,
  faults: readonly Fault[],
  rest: Partial<Scenario> = {},
): Scenario {
  const shared = MODES.filter((mode) => faults.every(({ modes }) => modes.includes(mode)));
  return { name, about, faults, modes: shared, killers: [], hosts: 1, ...rest };
}

export const SCENARIOS: readonly Scenario[] = [
  scenario('calm', 'nothing goes wrong: what is counted here is the product’s or the suite’s', []),
  scenario('kill', 'the host is killed again and again (kill -9)', [kill]),
  scenario('pause', 'the host stands still for longer than a lock (SIGSTOP, SIGCONT)', [pause]),
  scenario('two-hosts', 'two hosts on one folder or namespace, killed and stopped', [kill, pause], {
    hosts: 2,
  }),
  scenario('full-disk', 'the file system of the database is full for a while', [fullDisk]),
  scenario('flush-error', 'fsync fails with EIO for a while', [flushError]),
  scenario('power-cut', 'the host is gone, and with it what was not flushed', [powerCut]),
  scenario('clock', 'the clock jumps back and forth by up to 20 s', [clockJump]),
  scenario('day-ahead', 'the clock goes ahead a day at a time, for good', [dayAhead]),
  scenario('process-killers', 'actors that end the process, beside innocent ones', [], {
    killers: KILLERS,
  }),
  scenario('blocked-loop', 'an actor that never gives the event loop back', [], {
    killers: [BLOCKER],
  }),
  scenario('service-bus-outage', 'Service Bus is stopped and started', [serviceBusOutage]),
  scenario('cosmos-outage', 'Cosmos DB is stopped and started', [cosmosOutage]),
  scenario('cut-connections', 'connections are cut in the middle of what they carry', [
    cutConnections,
  ]),
  scenario('mixed', 'all of it at once; two hosts', [], {
    killers: [...KILLERS, BLOCKER],
    hosts: 2,
  }),
];

const EVERYWHERE = [kill, pause, clockJump];

/** The faults of a scenario; `mixed` has those of its mode. */
export function toFaults({ name, faults }: Scenario, mode: Mode): readonly Fault[] {
  if (name !== 'mixed') return faults;
  return [...EVERYWHERE, ...(mode === 'azure' ? AZURE_FAULTS : DISK_FAULTS)];
}
