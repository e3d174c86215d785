import { setTimeout as wait } from 'node:timers/promises';
import type { Services } from '../harness/backend.ts';
import type { Stage } from '../harness/stage.ts';
import type { Fault } from './fault.ts';

const OUTAGE_MS = { min: 1500, max: 6000 };
const CUTS = { min: 3, max: 8 };
const BETWEEN_CUTS_MS = 400;

/** A service is stopped and started again: connections are refused meanwhile. */
function outage(name: string, service: keyof Services): Fault {
  return {
    name: `${name} outage`,
    modes: ['azure'],
    async inject(stage) {
      const proxy = stage.services?.[service];
      if (proxy === undefined) return;
      stage.disturbances++;
      await proxy.close();
      await wait(stage.random.between(OUTAGE_MS.min, OUTAGE_MS.max));
      await proxy.open();
    },
  };
}

export const serviceBusOutage = outage('service bus', 'serviceBus');
export const cosmosOutage = outage('cosmos', 'cosmos');
export const blobOutage = outage('blob', 'blobs');

/** Connections to a service are cut again and again, whatever they carry. */
export const cutConnections: Fault = {
  name: 'cut connections',
  modes: ['azure'],
  async inject(stage: Stage) {
    const { random, services } = stage;
    if (services === undefined) return;
    const proxy = random.pick(Object.values(services));
    const cuts = Math.round(random.between(CUTS.min, CUTS.max));
    for (let cut = 0; cut < cuts; cut++) {
      stage.disturbances++;
      proxy.cut();
      await wait(random.between(0, BETWEEN_CUTS_MS));
    }
  },
};
