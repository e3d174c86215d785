import { setTimeout as wait } from 'node:timers/promises';
import { MODES } from '../harness/backend.ts';
import { LOCK_SECONDS } from '../harness/stage.ts';
import type { Fault } from './fault.ts';

/** The process is gone at once (SIGKILL). */
export const kill: Fault = {
  name: 'kill',
  modes: MODES,
  async inject({ hosts, random }) {
    const host = random.pick(hosts);
    await host.kill();
    await host.ready();
  },
};

/** The process stands still for longer than a lock lasts, then goes on as if nothing had happened. */
export const pause: Fault = {
  name: 'pause',
  modes: MODES,
  async inject(stage) {
    const host = stage.random.pick(stage.hosts);
    await host.ready();
    stage.disturbances++;
    host.signal('SIGSTOP');
    await wait(LOCK_SECONDS * 1000 * stage.random.between(1.2, 2.5));
    host.signal('SIGCONT');
  },
};
