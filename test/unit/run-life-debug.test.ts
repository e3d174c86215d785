import { it } from 'vitest';
import { LIMIT_STATES } from '../../shared/collections.ts';
import { emit } from '../../shared/pipeline/emit.ts';
import { CrashPlan } from '../helpers/world.ts';
import { Model } from './run-life/model.ts';
import { Site } from './run-life/site.ts';

it('debug', async () => {
  const model = new Model();
  const site = new Site({ keyOf: (e) => model.keyOf(e), isResubmitted: (r) => model.resubmitted.has(r) });
  const deliver = async (type: string, key: string) => {
    const e = model.addEvent(type, key, site.world.clock.now());
    await site.ask(0, (engine) => emit(engine, 'github', { id: e.id, type, data: { n: e.n, key }, fields: {} }));
  };
  const ok = { ends: 'succeeded', ms: 0, isStubborn: false } as const;
  site.journal.script.tell([ok, ok, ok, { ends: 'succeeded', ms: 25000, isStubborn: true }, ok]);
  await deliver('all', 'y');
  await deliver('asking', 'x');
  await deliver('all', 'y');
  await site.run(0);
  const raw = site.world.store;
  site.planCrash(0, new CrashPlan(1, 'before'));
  await site.finish();
  for (const run of await site.world.runs()) {
    if (run.trigger !== 'asking') continue;
    console.log(run.eventId, run.id);
    for (const { at, run: r } of site.journal.historyOf(run.id)) console.log('  ', (at - Date.UTC(2026, 0, 1)) / 1000, r.status, JSON.stringify({ held: (r as any).held, claim: (r as any).claim, reason: (r as any).reason, attempts: r.attempts.length }));
  }
  console.log(site.journal.violations, site.crashes);
});
