import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { PollerClass } from '../../../shared/heddle/actors/poller.ts';
import { type Disk, nodeDisk } from '../../../shared/heddle/actors/pollers/files/disk.ts';
import { createFilesPoller } from '../../../shared/heddle/actors/pollers/files.ts';
import { loadPollers } from '../../../shared/heddle/actors/pollers/load-pollers.ts';
import { builtInPollers } from '../../../shared/heddle/composition/built-in-pollers.ts';
import { enqueueEvents } from '../../../shared/heddle/pipeline/events/enqueue-events.ts';
import { createApiSide } from '../../helpers/api-side.ts';
import { createFilesScene, type FilesScene } from '../../helpers/files-scene.ts';
import { createPollScene, type PollScene } from '../../helpers/poll-scene.ts';
import { CrashPlan } from '../../helpers/world.ts';

function createTriggerOn(files: FilesScene, disk: Disk = nodeDisk): PollScene {
  const FilesPoller: PollerClass = createFilesPoller(disk);
  const options = { path: `${files.root}/*.csv`, events: ['created', 'modified', 'deleted'] };
  return createPollScene({ files: FilesPoller }, [
    {
      name: 'csv',
      poll: { poller: 'files', with: { ...options, debounceSeconds: 0 } },
      inputMapping: { file_path: '$.path', event_type: '$.event' },
      defaultInputs: { mode: 'batch' },
    },
  ]);
}

describe('a trigger on files', () => {
  it('gives the actor what its mapping says', async () => {
    using files = createFilesScene();
    const scene = createTriggerOn(files);
    await scene.poll('csv', 0);
    files.write('a.csv');
    await scene.poll('csv', 5);
    const given = { file_path: files.at('a.csv'), event_type: 'created', mode: 'batch' };
    expect(await scene.given('csv')).toEqual([given]);
    expect(await scene.record('csv')).toMatchObject({ lastOutcome: 'fired', fires: 1 });
  });

  it('shows what it could not read with the poll that found the rest', async () => {
    using files = createFilesScene();
    const disk: Disk = {
      ...nodeDisk,
      async list(folder) {
        if (folder.endsWith('/shut')) throw Object.assign(new Error('no'), { code: 'EACCES' });
        return nodeDisk.list(folder);
      },
    };
    const scene = createTriggerOn(files, disk);
    await scene.poll('csv', 0);
    files.write('shut/a.csv');
    files.write('b.csv');
    await scene.poll('csv', 5);
    const error = expect.stringContaining(`${files.at('shut')} (EACCES)`);
    const counted = { lastOutcome: 'fired', fires: 1, failures: 0 };
    expect(await scene.record('csv')).toMatchObject({ ...counted, error });
    rmSync(files.root, { recursive: true });
    await scene.poll('csv', 10);
    const failed = { lastOutcome: 'failed', failures: 1, fires: 1 };
    expect(await scene.record('csv')).toMatchObject({
      ...failed,
      error: expect.stringMatching(/ENOENT/),
    });
  });

  it('has events whose type says what has happened, found by the name of the trigger too', async () => {
    using files = createFilesScene();
    const { world, poll } = createTriggerOn(files);
    await poll('csv', 0);
    files.write('a.csv');
    await poll('csv', 5);
    const [run] = await world.runs();
    expect(run).toMatchObject({ trigger: 'csv', eventType: 'file_created', status: 'succeeded' });
    const { call } = createApiSide(world.engine);
    for (const type of ['file_created', 'csv']) {
      const query = new URLSearchParams({ type });
      const { items } = await call('api-events', { query });
      expect(items).toMatchObject([{ type: 'file_created', subject: 'csv', status: 'matched' }]);
      expect(await call('api-runs', { query })).toMatchObject({ items: [{ id: run?.id }] });
    }
    const event = new URLSearchParams({ event: run?.eventId ?? '' });
    const { json } = await createApiSide(world.engine).explainTrigger('csv', event);
    expect(json).toMatchObject({ outcome: 'matched' });
    await world.clock.advance(1000);
    const replayed = await call('api-replay-start', {
      ...{ query: new URLSearchParams(), key: undefined },
      body: { query: { type: 'csv' }, preview: true },
    });
    expect(replayed).toMatchObject({ found: 1 });
  });

  it('takes what a poll of an earlier version has found and not sent', async () => {
    using files = createFilesScene();
    const { world, poll } = createTriggerOn(files);
    await poll('csv', 0);
    const event = { id: 'csv:2026-01-01T00:00:00.000Z:0', type: 'csv', subject: 'csv' };
    const rest = { data: { path: '/in/a.csv' }, fields: { event: 'created' } };
    await enqueueEvents(world.engine, 'poll', [{ ...event, ...rest }]);
    await world.drain();
    expect(await world.runs()).toMatchObject([{ eventType: 'csv', status: 'succeeded' }]);
  });

  it.each(['before', 'after'] as const)(
    'runs once for each file when its process dies %s any one of its writes',
    async (when) => {
      for (let at = 1; ; at++) {
        using files = createFilesScene();
        const scene = createTriggerOn(files);
        await scene.poll('csv', 0);
        files.write('b.csv');
        await scene.sendPoll('csv', 5);
        const plan = new CrashPlan(at, when);
        await scene.world.clock.advance(5000);
        await scene.world.work(plan);
        // Sorts before the others, so that no position among the events repeats.
        files.write('a.csv');
        await scene.world.drain();
        await scene.poll('csv', 600);
        await scene.world.drain();
        const paths = (await scene.given('csv')).map(
          (one) => (one as { file_path: string }).file_path,
        );
        expect(paths.toSorted()).toEqual([files.at('a.csv'), files.at('b.csv')]);
        if (!plan.hasCrashed) break;
      }
    },
  );

  it('finds the poller by its name, and leaves no change out for a run that goes on', async () => {
    const { pollers } = await loadPollers(['files'], builtInPollers);
    expect(new (pollers.files as PollerClass)()).toMatchObject({
      ...{ name: 'files', pollInterval: '5s', allowConcurrent: true },
    });
  });
});
