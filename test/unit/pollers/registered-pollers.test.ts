import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createRuntime } from '../../../shared/heddle/actors/create-runtime.ts';
import {
  type PollContext,
  Poller,
  type PollerClass,
  skip,
} from '../../../shared/heddle/actors/poller.ts';
import { checkPoller } from '../../../shared/heddle/actors/pollers/check-poller.ts';
import { builtInPollers } from '../../../shared/heddle/composition/built-in-pollers.ts';
import { readAll } from '../../../shared/heddle/composition/read-definitions.ts';

class Inbox extends Poller {
  override readonly name: string = 'inbox';
  override readonly pollInterval: string | number = '2s';
  override readonly allowConcurrent: boolean = false;

  static parseOptions(given: object) {
    return z.strictObject({ path: z.string(), most: z.number().max(10).default(5) }).parse(given);
  }

  override poll({ options }: PollContext) {
    return skip({ state: options });
  }
}

class Monitor extends Inbox {
  override readonly name = 'monitor';
  override readonly allowConcurrent = true;
  static override parseOptions(given: object): never {
    throw new Error(`expected no options, received ${Object.keys(given).length}`);
  }
}

const sound = { name: 'files', source: 'poll', actor: 'log' };
const withPath = { poller: 'inbox', with: { path: '/data' } };

async function read(pollers: readonly PollerClass[], ...triggers: readonly object[]) {
  const runtime = createRuntime();
  for (const poller of pollers) runtime.registerPoller(poller);
  const known = { actors: ['log'], kinds: [], runtime: runtime.registrations };
  const origin = { json: JSON.stringify({ triggers }) };
  const { faults, ...found } = await readAll(origin, known);
  return { ...found, faults: faults.map(({ message }) => message), lines: faults };
}

describe('a registered poller', () => {
  it('is known to triggers by its name', async () => {
    const { faults, triggers, pollers } = await read([Inbox, Monitor], {
      ...{ ...sound, poll: withPath },
    });
    expect(faults).toEqual([]);
    expect(pollers).toEqual({ inbox: Inbox, monitor: Monitor });
    expect(triggers).toMatchObject([{ poll: { poller: 'inbox', timeout: 10_000, enabled: true } }]);
  });

  it('is meant where a trigger misspells it', async () => {
    const { faults, triggers } = await read([Inbox], { ...sound, poll: { poller: 'inbx' } });
    expect(faults).toEqual([
      expect.stringMatching(
        /^poll\.poller: unknown poller "inbx" \(known: .*inbox\): did you mean inbox\?$/,
      ),
    ]);
    expect(triggers).toEqual([]);
  });

  it.each(['toString', '__proto__'])('is none by the name of %s', async (poller) => {
    const { faults } = await read([], { ...sound, poll: { poller } });
    expect(faults).toEqual([expect.stringContaining(`unknown poller "${poller}"`)]);
  });

  it('is known to triggers in code as well', async () => {
    const runtime = createRuntime();
    runtime.registerPoller(Monitor);
    runtime.registerTrigger('depth', {
      ...{ source: 'poll', actor: 'log', poll: { poller: 'monitr' } },
    });
    const known = { actors: ['log'], kinds: [], runtime: runtime.registrations };
    const { faults } = await readAll({ json: '{}' }, known);
    expect(faults).toMatchObject([
      { trigger: 'depth', message: expect.stringMatching(/did you mean monitor/) },
    ]);
  });

  it('takes the place of a built-in one of its name', async () => {
    for (const name of Object.keys(builtInPollers)) {
      class Own extends Inbox {
        override readonly name = name;
      }
      expect((await read([Own])).pollers).toEqual({ [name]: Own });
    }
  });

  it.each<[string, PollerClass, RegExp]>([
    [
      'has an interval below a second',
      class extends Inbox {
        override readonly pollInterval = '500ms';
      },
      /^pollInterval: expected a duration such as 2s or 5m, from 1s to 365d$/,
    ],
    [
      'has an interval that is none',
      class extends Inbox {
        override readonly pollInterval = 'often';
      },
      /^pollInterval: expected a duration/,
    ],
    [
      'has a name that nobody can write',
      class extends Inbox {
        override readonly name = 'in box';
      },
      /^name: expected letters, digits/,
    ],
    [
      'is an object of its class',
      new Inbox() as never,
      /^expected the class itself, not an object of it/,
    ],
    [
      'cannot be made',
      class Broken extends Inbox {
        override readonly name = (() => {
          throw new Error('no share is mounted');
        })();
      },
      /^the poller cannot be made.*no share is mounted/,
    ],
  ])('that %s is a fault, and unknown', async (_, poller, message) => {
    const { faults, pollers } = await read([poller]);
    expect(faults).toEqual([expect.stringMatching(message)]);
    expect(pollers).toEqual({});
  });

  it('cannot be registered twice, nor when the app is open', async () => {
    expect((await read([Inbox, Inbox])).faults).toEqual(['the poller is registered twice']);
    const runtime = createRuntime();
    runtime.registrations.open(() => Promise.resolve({ id: 'e' }));
    expect(() => runtime.registerPoller(Inbox)).toThrow('poller "inbox" came after the app was');
  });
});

describe('poll.with', () => {
  it.each<[object, readonly string[]]>([
    [{}, ['poll.with.path: Invalid input: expected string, received undefined']],
    [
      { path: '/data', most: 11, pattern: '*' },
      [
        'poll.with.most: Too big: expected number to be <=10',
        'poll.with.pattern: the poller has no such option: take it out',
      ],
    ],
  ])('of %j is checked by the poller', async (given, expected) => {
    const { faults } = await read([Inbox], { ...sound, poll: { poller: 'inbox', with: given } });
    expect(faults).toEqual(expected);
  });

  it('is refused with what the poller throws', async () => {
    const { faults } = await read([Monitor], {
      ...{ ...sound, poll: { poller: 'monitor', with: { a: 1 } } },
    });
    expect(faults).toEqual(['poll.with: expected no options, received 1']);
  });
});

describe('a poller that allows no concurrent runs', () => {
  const allowed = async (...triggers: readonly object[]) => {
    const { faults, triggers: found } = await read([Inbox, Monitor], ...triggers);
    return { faults, found: found.map(({ allowConcurrent }) => allowConcurrent) };
  };
  const poll = withPath;

  it('makes its triggers so where they do not say otherwise', async () => {
    expect(
      await allowed(
        { ...sound, name: 'silent', poll },
        { ...sound, name: 'same', poll, allowConcurrent: false },
        { ...sound, name: 'other', poll, allowConcurrent: true },
        { ...sound, name: 'plain', source: 'manual' },
      ),
    ).toEqual({ faults: [], found: [false, false, true, true] });
  });

  it('says nothing to triggers that gather events: these compare no inputs', async () => {
    const batch = { size: 10, wait: '1m' };
    expect(await allowed({ ...sound, poll, batch })).toEqual({ faults: [], found: [true] });
  });

  it('does not hide what the trigger says wrongly', async () => {
    const { faults } = await allowed({ ...sound, poll, allowConcurrent: 'no' });
    expect(faults).toEqual([expect.stringMatching(/^allowConcurrent: /)]);
  });
});

describe('the built-in pollers', () => {
  it.each(Object.keys(builtInPollers))('%s has its name and a sound interval', async (name) => {
    const poller = await builtInPollers[name]?.();
    expect(poller && checkPoller(poller)).toEqual({ name, faults: [] });
  });
});
