import { describe, expect, it } from 'vitest';
import { toEventText } from '../../../shared/heddle/api/explain-text.ts';
import { RUNS } from '../../../shared/heddle/ports/collections.ts';
import { deliver, settle } from '../../helpers/gated-actor.ts';
import {
  ask,
  createTriggerScene,
  type TriggerScene,
  withData,
} from '../../helpers/trigger-scene.ts';

const RUN = 'run [0-9a-f]{32}';

const BROKEN = {
  filter(): boolean {
    throw new Error('no such table');
  },
};

function matching(pattern: string) {
  return expect.stringMatching(new RegExp(`^${pattern}$`));
}

async function toText({ side }: TriggerScene, id: string): Promise<string> {
  return (await side.explainEvent(id, ask('format=text'))).toText();
}

describe('why an event ran what it ran', () => {
  it('is said of each trigger: yes with its run, no with the clause', async () => {
    const scene = createTriggerScene([
      { name: 'greet-issue', actor: 'work', conditions: { sender: { type: ['User'] } } },
      { name: 'review', actor: 'work' },
      { name: 'off', actor: 'work', enabled: false },
      { name: 'other-type', eventType: 'push', actor: 'work' },
    ]);
    await scene.post('a', withData({ sender: { type: 'Bot' } }));
    await scene.drain();
    expect(await toText(scene, 'a')).toMatch(
      new RegExp(
        [
          '^github pull_request.opened a',
          'received 2026-01-01T00:00:00.000Z, verified; 1 of 3 triggers matched',
          '',
          `  review       yes: ${RUN} succeeded at 2026-01-01T00:00:00.000Z`,
          '  greet-issue  no: conditions.sender.type expected \\["User"\\], found "Bot"',
          '  off          no: enabled expected true, found false \\(at present: disabled\\)\n$',
        ].join('\n'),
      ),
    );
  });

  it('names the error of a failed run, and of a trigger that could not say', async () => {
    const fails = { name: 'fails', actor: 'work' };
    const broken = { name: 'broken', actor: 'work' };
    const scene = createTriggerScene([fails, broken], { code: new Map([['broken', BROKEN]]) });
    await scene.post('a', withData({ isFailing: true }));
    await scene.drain();
    const said = await scene.explain('a');
    expect(said.get('fails')).toMatchObject({
      ...{ outcome: 'matched', basis: 'then' },
      run: { status: 'failed', error: { code: 'asked', message: 'it was asked to fail' } },
      text: matching(`yes: ${RUN} failed at .* after 1 attempt: asked: it was asked to fail`),
    });
    expect(said.get('broken')).toMatchObject({
      ...{ outcome: 'error', basis: 'then' },
      text: 'it could not say: code.filter has thrown: no such table',
    });
  });

  it('says which limit holds a run, or has skipped it, and which run is in its place', async () => {
    const scene = createTriggerScene([
      { name: 'one', actor: 'gated', maxConcurrent: 1, concurrencyKey: '{{ fields.repository }}' },
      { name: 'once', actor: 'work', dedupe: { key: 'all', window: '1h' } },
    ]);
    await scene.post('a');
    await deliver(scene);
    await scene.clock.advance(1000);
    await scene.post('b');
    await deliver(scene);
    const [first, second] = [await scene.explain('a'), await scene.explain('b')];
    expect(first.get('one')?.text).toMatch(/is executed since 2026-01-01T00:00:00.000Z$/);
    expect(second.get('one')?.text).toMatch(
      /waits, maxConcurrent: 1 of 1 are executed \(key "octo-org\/hello-world"\)$/,
    );
    const [of] = [first.get('once')].flatMap((one) => (one?.outcome === 'matched' ? one.run : []));
    expect(second.get('once')).toMatchObject({
      run: { held: { limit: 'dedupe' }, instead: { id: of?.id, status: 'succeeded' } },
      text: matching(
        `yes: ${RUN} was skipped, dedupe: a run of the same key was made \\(key "all"\\), ` +
          `until 2026-01-01T01:00:00.000Z; instead: run ${of?.id}, succeeded`,
      ),
    });
    await scene.gate.end('a');
    await scene.gate.end('b');
  });

  it('says that a window takes events in, and which run has taken one', async () => {
    const scene = createTriggerScene([
      { name: 'many', actor: 'work', debounce: { wait: '1m', maxWait: '1h' } },
    ]);
    await scene.post('a');
    await deliver(scene);
    await scene.post('b');
    await deliver(scene);
    const first = (await scene.explain('a')).get('many');
    expect(first?.text).toMatch(/takes events in until 2026-01-01T00:01:00.000Z: 2 so far$/);
    const second = (await scene.explain('b')).get('many');
    expect(second?.text).toMatch(
      /was skipped, debounce: another run takes its event in; instead: run [0-9a-f]{32}, queued$/,
    );
  });

  it('says when a run is tried again and why, and who has cancelled one', async () => {
    const scene = createTriggerScene([
      { name: 'flaky', actor: 'gated', retry: { maxAttempts: 2, delay: '1m' } },
    ]);
    await scene.post('a');
    await deliver(scene);
    await scene.gate.end('a', new Error('the line is busy'));
    await settle();
    const queued = (await scene.explain('a')).get('flaky');
    expect(queued?.text).toMatch(
      /waits until 2026-01-01T00:0.*Z, attempt 2, after Error: the line is busy$/,
    );
    const runId = (await scene.runs())[0]?.id ?? '';
    await scene.side.cancelRun(runId, {});
    expect((await scene.explain('a')).get('flaky')?.text).toMatch(
      /was cancelled at 2026.*Z: an operator has cancelled it$/,
    );
  });

  it('says that no trigger has the source, and which there are', async () => {
    const scene = createTriggerScene([{ name: 'review', actor: 'work' }]);
    await scene.post('a', { source: 'gitlab' });
    await scene.drain();
    expect(await toText(scene, 'a')).toContain(
      '; 0 of 0 triggers matched\n\n  -  no trigger has the source "gitlab": there are triggers of ["github"]\n',
    );
  });

  it('says how many decisions are not kept', async () => {
    const triggers = Array.from({ length: 60 }, (_, index) => {
      return { name: `t${index}`, actor: 'work', conditions: { action: `${index}` } };
    });
    const scene = createTriggerScene(triggers);
    await scene.post('a');
    await scene.drain();
    const { json } = await scene.side.explainEvent('a', ask());
    expect(json).toMatchObject({ omitted: 10 });
    expect(await toText(scene, 'a')).toMatch(
      /; 0 of 60 triggers matched[\s\S]*\n {2}10 more did not match: why is not kept\n$/,
    );
    const left = await scene.side.explainTrigger('t59', ask('event=a'));
    expect(left.json).toMatchObject({
      basis: 'now',
      outcome: expect.stringMatching(/unmatched|candidate/),
    });
  });

  it('has the runs that the event was given again', async () => {
    const scene = createTriggerScene([{ name: 'review', actor: 'work' }]);
    await scene.post('a');
    await scene.drain();
    const [run] = await scene.runs();
    if (run?.status !== 'succeeded') throw new Error('it has not run');
    await scene.store.create(RUNS, { ...run, id: 'again', isReplay: true });
    const { json } = await scene.side.explainEvent('a', ask());
    expect(json.replays).toMatchObject([{ id: 'again', trigger: 'review', status: 'succeeded' }]);
    expect(toEventText(json)).toMatch(/\n {2}review {2}again: run again succeeded at .*\n$/);
  });

  it('of a run that is no longer kept says so', async () => {
    const scene = createTriggerScene([{ name: 'review', actor: 'work' }]);
    await scene.post('a');
    await scene.drain();
    await scene.store.delete(RUNS, (await scene.runs())[0]?.id ?? '');
    expect((await scene.explain('a')).get('review')?.text).toBe(
      'yes: its run is not recorded yet, or not kept any more',
    );
  });

  it('leaves open what was found where the payload is not kept', async () => {
    const scene = createTriggerScene([
      { name: 'quiet', actor: 'work', conditions: { action: 'closed' }, persistData: false },
    ]);
    await scene.post('a');
    await scene.drain();
    expect((await scene.explain('a')).get('quiet')?.text).toBe(
      'no: conditions.action expected "closed"',
    );
  });

  it('leaves it open of every trigger where those that matched keep no data', async () => {
    const scene = createTriggerScene([
      { name: 'quiet', actor: 'work', persistData: false },
      { name: 'keen', actor: 'work', conditions: { action: 'closed' } },
    ]);
    await scene.post('a');
    await scene.drain();
    expect((await scene.explain('a')).get('keen')?.text).toBe(
      'no: conditions.action expected "closed"',
    );
  });

  it('shows what a sender has hidden in an id instead of doing it', async () => {
    const scene = createTriggerScene([]);
    const id = 'a\u001b[2Jb\u202e\nc';
    await scene.post(id);
    await scene.drain();
    expect((await toText(scene, id)).split('\n')[0]).toBe(
      'github pull_request.opened a\\u{1b}[2Jb\\u{202e}\\u{a}c',
    );
  });

  it.each(['colour=red', 'format=html', 'event=a'])('asked with "%s" is 400', async (query) => {
    const { side } = createTriggerScene([]);
    await expect(side.explainEvent('a', ask(query))).rejects.toMatchObject({ status: 400 });
  });

  it('is 404 for an event that is not there, and 409 where two sources have it', async () => {
    const scene = createTriggerScene([{ name: 'review', actor: 'work' }]);
    await expect(scene.explain('a')).rejects.toMatchObject({ status: 404 });
    await scene.post('a');
    await scene.post('a', { source: 'gitlab' });
    await scene.drain();
    await expect(scene.explain('a')).rejects.toMatchObject({ status: 409 });
    const { json } = await scene.side.explainEvent('a', ask('source=gitlab'));
    expect(json.event).toMatchObject({ id: 'a', source: 'gitlab', status: 'unmatched' });
  });
});
