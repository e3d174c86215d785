import { type Trigger, TriggerSchema } from '../../../shared/heddle/domain/trigger.ts';
import { TriggerCatalogue } from '../../../shared/heddle/triggers/catalogue/trigger-catalogue.ts';
import type { Result, Row } from '../harness/row.ts';
import { toRatio, toSpread } from '../harness/statistics.ts';

const FEW = 10;
const MANY = 10_000;
const ROUNDS = 15;
const TIMES = 200;

export const catalogue: Row = {
  name: 'catalogue',
  about: `an ephemeral trigger that comes and goes among ${MANY} of either kind, against ${FEW}`,
  async run() {
    const [few, many] = [createCatalogue(FEW), createCatalogue(MANY)];
    const times = { few: [] as number[], many: [] as number[] };
    for (let round = 0; round <= ROUNDS; round++) {
      const [timeFew, timeMany] = [time(few), time(many)];
      if (round === 0) continue;
      times.few.push(timeFew);
      times.many.push(timeMany);
    }
    const result: Result = {
      name: `an ephemeral trigger among ${MANY}, against ${FEW}`,
      ...{ unit: 'µs', value: toSpread(times.many), baseline: toSpread(times.few) },
      ...{ ratio: toRatio(times.many, times.few), bound: { atMost: 10 } },
      note: 'added, matched in one snapshot, removed, gone from the next',
    };
    return [result];
  },
};

/** Measures microseconds for one that is added, found, and removed. */
function time(triggers: TriggerCatalogue): number {
  const waiting = createTrigger('waiting', 'payment.confirmed');
  const start = performance.now();
  for (let count = 0; count < TIMES; count++) {
    triggers.addEphemeral(waiting);
    const found = triggers.snapshot().match('acme', 'payment.confirmed').length;
    triggers.removeEphemeral(waiting.name);
    const left = triggers.snapshot().match('acme', 'payment.confirmed').length;
    if (found !== 1 || left !== 0) throw new Error(`${found} found, ${left} left`);
  }
  return ((performance.now() - start) * 1000) / TIMES;
}

function createCatalogue(count: number): TriggerCatalogue {
  const created = new TriggerCatalogue();
  const listed = Array.from({ length: count }, (_, index) => createTrigger(`t-${index}`, 'push'));
  created.replace('base', listed);
  for (let index = 0; index < count; index++) {
    created.addEphemeral(createTrigger(`await-${index}`, 'order.paid'));
  }
  return created;
}

function createTrigger(name: string, eventType: string): Trigger {
  return TriggerSchema.parse({ name, source: 'acme', eventType, actor: 'log' });
}
