import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Actor, defineActors } from '../../../shared/heddle/actors/actor.ts';
import { createRuntime } from '../../../shared/heddle/actors/create-runtime.ts';
import type { Runtime } from '../../../shared/heddle/actors/runtime.ts';
import { readDefinitions } from '../../../shared/heddle/composition/read-definitions.ts';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { loadKinds, sourceKinds } from '../../../shared/heddle/sources/kinds.ts';
import { createSnapshot } from '../../helpers/catalogue.ts';
import { createEvent } from '../../helpers/factories.ts';
import { createWorld, toTriggers } from '../../helpers/world.ts';

class Echo extends Actor {
  execute(input: JsonObject) {
    const { _trigger_event: _about, ...rest } = input;
    return rest;
  }
}
const actors = defineActors({ 'pr-reviewer': Echo, 'command-handler': Echo, log: Echo });

/** Reads a triggers file with these triggers, together with a runtime. */
async function read(runtime: Runtime, ...triggers: readonly object[]) {
  return readFile(runtime, { triggers });
}

async function readFile(runtime: Runtime, file: unknown) {
  const kinds = await loadKinds(sourceKinds);
  const { registrations } = runtime;
  const known = { actors: Object.keys(actors), kinds, runtime: registrations };
  const found = await readDefinitions({ json: JSON.stringify(file) }, known, true);
  const { listed } = createSnapshot(found.triggers, found.tools);
  return { ...found, triggers: listed };
}

describe('a trigger in code', () => {
  it('filters events by a function, such as opened pull requests alone', async () => {
    const runtime = createRuntime();
    runtime.registerTrigger('github-prs', {
      source: 'github',
      actor: 'pr-reviewer',
      filter: (event) => event.type === 'pull_request.opened' && event.fields.action === 'opened',
    });
    const world = createWorld([], actors, { runtime });
    await world.send(createEvent());
    await world.send(createEvent({ id: 'delivery-2', type: 'push', fields: {} }));
    await world.drain();
    expect(await world.runs()).toMatchObject([{ trigger: 'github-prs', eventId: 'delivery-1' }]);
    const other = (await world.events()).find(({ eventId }) => eventId === 'delivery-2');
    expect(other?.decisions).toMatchObject([{ outcome: 'unmatched', clause: 'code.filter' }]);
  });

  it('transforms events by a function before its actor gets them, such as Slack commands', async () => {
    const runtime = createRuntime();
    runtime.registerTrigger<{ text: string; user: string }>('slack-commands', {
      source: 'slack',
      actor: 'command-handler',
      transform: (event) => ({
        command: event.data.text.split(' ')[0] ?? '',
        args: event.data.text.split(' ').slice(1),
        userId: event.data.user,
      }),
    });
    const world = createWorld([], actors, { runtime });
    await world.send(
      createEvent({ source: 'slack', data: { text: 'deploy api now', user: 'U1' } }),
    );
    await world.drain();
    expect(await world.runs()).toMatchObject([
      { output: { command: 'deploy', args: ['api', 'now'], userId: 'U1' } },
    ]);
  });

  it('does not compile where it reads what the sender is not known to send', () => {
    createRuntime().registerTrigger<{ text: string }>('typed', {
      source: 'slack',
      actor: 'log',
      // @ts-expect-error there is no such property in the payload
      filter: ({ data }) => data.user === 'U1',
    });
    createRuntime().registerTrigger('misspelt', {
      source: 'slack',
      actor: 'log',
      // @ts-expect-error a trigger has no such field
      colour: 'red',
    });
    expect.assertions(0);
  });

  it('may name the same actor as another', async () => {
    const runtime = createRuntime();
    runtime.registerTrigger('github-trigger', { source: 'github', actor: 'log' });
    runtime.registerTrigger('slack-trigger', { source: 'slack', actor: 'log' });
    const world = createWorld([], actors, { runtime });
    await world.send(createEvent());
    await world.send(createEvent({ source: 'slack' }));
    await world.drain();
    const names = (await world.runs()).map(({ trigger }) => trigger);
    expect(names.sort()).toEqual(['github-trigger', 'slack-trigger']);
  });

  it('takes events of senders that are not known where it says so', async () => {
    const runtime = createRuntime();
    runtime.registerTrigger('test', { source: 'github', actor: 'log', requireVerification: false });
    const world = createWorld([], actors, { runtime });
    await world.send(createEvent({ verified: false }));
    await world.drain();
    expect(await world.runs()).toHaveLength(1);
  });

  it('has every field that one in the file has, with the same defaults', async () => {
    const runtime = createRuntime();
    runtime.registerTrigger('in-code', {
      ...{
        source: 'github',
        actor: 'log',
        conditions: { action: 'opened' },
        filter: { number: 7 },
      },
      ...{ variables: { n: '{{ event.number }}' }, timeout: '1m', retry: { maxAttempts: 2 } },
    });
    const { triggers, faults } = await read(runtime);
    expect(faults).toEqual([]);
    expect(triggers.get('in-code')).toEqual(
      toTriggers({
        ...{
          name: 'in-code',
          actor: 'log',
          conditions: { action: 'opened' },
          filter: { number: 7 },
        },
        ...{ variables: { n: '{{ event.number }}' }, timeout: '1m', retry: { maxAttempts: 2 } },
      })[0],
    );
  });
});

describe('code of a trigger of the file', () => {
  it('is asked after the clauses of the file, and makes the input', async () => {
    const runtime = createRuntime();
    const seen: string[] = [];
    runtime.extendTrigger<{ number: number }>('from-file', {
      filter({ id, data }) {
        seen.push(id);
        return data.number > 5;
      },
      transform: ({ data }) => ({ doubled: data.number * 2 }),
    });
    const [trigger] = toTriggers({ name: 'from-file', actor: 'log', eventType: 'pull_request' });
    const world = createWorld(trigger ? [trigger] : [], actors, { runtime });
    await world.send(createEvent());
    await world.send(createEvent({ id: 'small', data: { number: 3 } }));
    await world.send(createEvent({ id: 'other', type: 'push' }));
    await world.drain();
    expect(seen.sort()).toEqual(['delivery-1', 'small']);
    expect(await world.runs()).toMatchObject([{ eventId: 'delivery-1', output: { doubled: 14 } }]);
  });
});

describe('faults of what is in code', () => {
  const inFile = { name: 'taken', source: 'github', actor: 'log' };

  it('are found all at once, under the names of their triggers, and leave the others', async () => {
    const runtime = createRuntime();
    runtime.registerTrigger('sound', { source: 'github', actor: 'log' });
    runtime.registerTrigger('lost', { source: 'gitlab', actor: 'nobody', timeout: 'soon' });
    runtime.registerTrigger('taken', { source: 'github', actor: 'log' });
    runtime.registerTrigger('twice', { source: 'github', actor: 'log' });
    runtime.registerTrigger('twice', { source: 'github', actor: 'log', filter: () => true });
    runtime.registerTrigger('broken', { source: 'github', actor: 'log', variables: { a: '{{' } });
    const { triggers, faults } = await read(runtime, inFile);
    expect(triggers.size).toBe(3);
    expect(faults).toEqual([
      expect.stringMatching(/^code \[lost\] timeout: expected a duration/),
      expect.stringMatching(/^code \[lost\] unknown source "gitlab" \(known: /),
      expect.stringMatching(/^code \[lost\] unknown actor "nobody" \(known: pr-reviewer/),
      expect.stringMatching(/^code \[taken\] .*is taken by the trigger in line 1$/),
      expect.stringMatching(/^code \[twice\] .*is taken by the trigger in code$/),
      expect.stringMatching(/^code \[broken\] variables\.a: /),
    ]);
  });

  it('name the triggers that are mentioned and not there', async () => {
    const runtime = createRuntime();
    runtime.extendTrigger('taken', { filter: () => true });
    runtime.extendTrigger('taken', { filter: () => true });
    runtime.extendTrigger('tokn', { filter: () => true });
    runtime.onTrigger('hooked', (_event, _context, next) => next());
    runtime.onTrigger('*', (_event, _context, next) => next());
    expect((await read(runtime, inFile)).faults).toEqual([
      'code [taken] the filter is registered twice',
      'code [tokn] extendTrigger: there is no such trigger: correct the name',
      'code [hooked] onTrigger: there is no such trigger: correct the name',
    ]);
  });

  it.each<[string, unknown]>([
    ['has its list under another name', { trigers: [inFile] }],
    ['is a list', [inFile]],
  ])('are no triggers that are mentioned, where the file %s', async (_, file) => {
    const runtime = createRuntime();
    runtime.registerTrigger('mine', { source: 'github', actor: 'log' });
    runtime.onTrigger('mine', (_event, _context, next) => next());
    runtime.extendTrigger('taken', { filter: () => true });
    const { faults } = await readFile(runtime, file);
    expect(faults).toEqual([expect.not.stringContaining('there is no such trigger')]);
  });

  it('are found in events too', async () => {
    const runtime = createRuntime();
    const twice = { name: 'user.created', type: 'event', source: 'auth-module' } as const;
    runtime.registerTrigger(twice);
    runtime.registerTrigger({ ...twice, config: { retentionDays: 0 } });
    runtime.registerTrigger({ ...twice, name: 'user *' });
    expect((await read(runtime)).faults).toEqual([
      expect.stringMatching(/^code \[user\.created\] config\.retentionDays: /),
      'code [user.created] the event is registered twice',
      'code [user *] name: expected a type such as user.created',
    ]);
  });

  it('stand against an app on a laptop, with those of the file', async () => {
    const runtime = createRuntime();
    runtime.registerTrigger('lost', { source: 'github', actor: 'nobody' });
    const { registrations } = runtime;
    const known = { actors: [], kinds: [], runtime: registrations };
    const json = JSON.stringify({ triggers: [{ name: 'also-lost', source: 'x', actor: 'y' }] });
    await expect(readDefinitions({ json }, known, false)).rejects.toThrow(
      /also-lost[\s\S]*code \[lost\]/,
    );
  });
});

describe('a runtime', () => {
  it('takes no more once the app is open, which would not see it', () => {
    const runtime = createRuntime();
    createWorld([], actors, { runtime });
    const late = () => runtime.registerTrigger('late', { source: 'github', actor: 'log' });
    expect(late).toThrow('trigger "late" came after the app was open');
    expect(() => runtime.onTrigger('*', () => null)).toThrow('a hook of trigger "*"');
  });

  it('emits nothing before the app is open, and says so', async () => {
    const runtime = createRuntime();
    const event = runtime.registerTrigger({
      ...{ name: 'early', type: 'event', source: 'tests', schema: z.object({}) },
    } as const);
    await expect(runtime.emitTrigger(event, {})).rejects.toThrow('before the app was open');
  });
});

describe('the built-in sources', () => {
  const load = async (json: object) => {
    const known = { actors: ['log'], kinds: await loadKinds(sourceKinds) };
    return readDefinitions({ json: JSON.stringify(json) }, known, true);
  };

  it.each(['emit', 'manual', 'completion', 'storagequeue'])('include %s', async (source) => {
    const { faults } = await load({ triggers: [{ name: 'a', source, actor: 'log' }] });
    expect(faults).toEqual([]);
  });

  it.each(['emit', 'manual', 'completion', 'storagequeue'])(
    'leave no place for a configured source %s',
    async (source) => {
      const { faults } = await load({ sources: { [source]: { kind: 'github' } } });
      expect(faults).toEqual([expect.stringMatching(/a source of this name is there already/)]);
    },
  );
});
