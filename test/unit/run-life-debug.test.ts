import fc from 'fast-check';
import { it } from 'vitest';
import { COMMANDS } from './run-life/commands.ts';
import { Model } from './run-life/model.ts';
import { Site } from './run-life/site.ts';
import { ALL, NAMES } from './run-life/triggers.ts';

it('stats', { timeout: 600000 }, async () => {
  const counts: Record<string, number> = {};
  const count = (key: string, n = 1) => {
    counts[key] = (counts[key] ?? 0) + n;
  };
  const commands = fc.commands(COMMANDS, { maxCommands: 40, size: 'max' });
  const types = fc.subarray([ALL, ...NAMES], { minLength: 1, maxLength: 3 });
  for (const [ts, cmds] of fc.sample(fc.tuple(types, commands), 300)) {
    const model = new Model(ts);
    const site = new Site({
      keyOf: (e) => model.keyOf(e),
      isResubmitted: (r) => model.resubmitted.has(r),
    });
    await fc.asyncModelRun(() => ({ model, real: site }), cmds);
    await site.finish();
    let n = 0;
    for (const _ of cmds) n++;
    count('commands', n);
    count('events', model.events.length);
    count('crashes', site.crashes);
    count('buried', site.journal.buried.length);
    count('thrown', site.journal.thrown);
    count('executions', site.journal.script.executions.length);
    for (const run of await site.world.runs()) {
      count('runs');
      if (run.isReplay) count('replays');
      count(
        `${run.trigger} ${run.status} ${run.status === 'skipped' ? run.held?.limit : run.status === 'failed' ? run.error.code : ''}`,
      );
      const h = site.journal.historyOf(run.id);
      for (const { run: r } of h)
        if (r.status === 'queued' && r.held) count(`held ${r.trigger} ${r.held.limit}`);
      for (const a of run.attempts)
        count(
          `attempt ${a.outcome} ${a.error?.code ?? ''} ${a.error && a.error.code === 'Error' ? a.error.message : ''}`,
        );
      if (run.gathered) count(`members ${Math.min(run.gathered.members.length, 5)}`);
    }
  }
  console.log(
    Object.entries(counts)
      .sort()
      .map(([k, v]) => `${k}: ${v}`)
      .join('\n'),
  );
});
