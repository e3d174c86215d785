import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Actor } from '../../../shared/heddle/actors/actor.ts';
import { createRuntime } from '../../../shared/heddle/actors/create-runtime.ts';
import { Poller, skip } from '../../../shared/heddle/actors/poller.ts';
import type { AppFile } from '../../../shared/heddle/composition/app-files.ts';
import { assembleApp } from '../../../shared/heddle/composition/assemble-app.ts';
import { defineApp } from '../../../shared/heddle/composition/define-app.ts';
import { readAll } from '../../../shared/heddle/composition/read-definitions.ts';
import { loadAllKinds } from '../../../shared/heddle/composition/source-kinds.ts';
import { defineSource } from '../../../shared/heddle/sources/source.ts';

class One extends Actor {
  execute(): void {}
}
class Two extends Actor {
  execute(): void {}
}
class Inbox extends Poller {
  override readonly name = 'inbox';
  poll() {
    return skip();
  }
}
class OtherInbox extends Inbox {}

const toFile = (folder: AppFile['folder'], name: string, exports: object): AppFile => ({
  folder,
  path: `shared/app/${folder}/${name}.ts`,
  exports: { ...exports },
});
const actorFile = (name: string, exports: object) => toFile('actors', name, exports);

const kind = (name: string, methods: readonly ('GET' | 'POST')[] = ['POST']) =>
  defineSource({
    ...{ kind: name, methods, defaultSecrets: [], settings: z.object({}) },
    create: () => {
      throw new Error('nothing is sent');
    },
  });

describe('the actors of an app', () => {
  it('have the name of their file if it exports one, however it is exported', () => {
    const { actors, faults } = assembleApp({
      files: [
        actorFile('send-invoice', { SendInvoice: One }),
        actorFile('sendReport', { default: Two, Report: Two, text: 'x', other: () => 1 }),
      ],
    });
    expect(actors).toEqual({ 'send-invoice': One, 'send-report': Two });
    expect(faults).toEqual([]);
  });

  it('have the names of their exports if a file exports several, and the default its file name', () => {
    class Third extends One {}
    const files = [actorFile('reports', { default: Third, PDFReport: One, weekly_report: Two })];
    expect(assembleApp({ files }).actors).toEqual({
      reports: Third,
      'pdf-report': One,
      'weekly-report': Two,
    });
  });

  it('are not abstract', () => {
    abstract class Base extends Actor {}
    class Own extends Base {
      execute(): void {}
    }
    expect(assembleApp({ files: [actorFile('own', { Base, Own })] }).actors).toEqual({ own: Own });
  });

  it('that are listed win over those that are found, by name and by class', () => {
    const files = [actorFile('one', { One }), actorFile('two', { Two })];
    const { actors, faults } = assembleApp({ actors: { first: One, two: One }, files });
    expect(actors).toEqual({ first: One, two: One });
    expect(faults).toEqual([]);
  });

  it('that are found twice are a fault that names both files', () => {
    const files = [actorFile('one', { One }), actorFile('One', { Two }), actorFile('x', { One })];
    const { actors, faults } = assembleApp({ files });
    expect(actors).toEqual({ one: One });
    expect(faults).toEqual([
      expect.stringMatching(
        /^actor "one" is found in shared\/app\/actors\/one\.ts and in shared\/app\/actors\/One\.ts: rename one/,
      ),
      expect.stringMatching(/^actor "x" is found in .*one\.ts and in .*x\.ts/),
    ]);
  });

  it('are classes', () => {
    const { actors, faults } = assembleApp({
      actors: { one: new One({} as never, {} as never) as never },
    });
    expect(actors).toEqual({});
    expect(faults).toEqual([expect.stringContaining('actor "one": expected the class itself')]);
  });
});

describe('the pollers and events of an app', () => {
  const created = { source: 'auth', schema: z.object({ id: z.string() }) };

  it('are found under their own names', () => {
    const { registrations, faults } = assembleApp({
      files: [
        toFile('pollers', 'a', { Inbox }),
        toFile('events', 'users', {
          users: { 'user.created': created },
          helper: () => 1,
          empty: {},
        }),
        toFile('events', 'one', { default: { name: 'user.gone', source: 'auth' } }),
      ],
    });
    expect([...registrations.pollers]).toEqual([['inbox', Inbox]]);
    expect([...registrations.events]).toEqual([
      ['user.created', { ...created, name: 'user.created' }],
      ['user.gone', { name: 'user.gone', source: 'auth' }],
    ]);
    expect([...faults, ...registrations.findFaults(new Set())]).toEqual([]);
  });

  it('are a fault that names the file where an event lacks its source or its name', () => {
    const { schema } = created;
    const { registrations, faults } = assembleApp({
      files: [
        toFile('events', 'orders', {
          orders: { 'order.placed': { schema }, 'order.paid': created },
        }),
        toFile('events', 'one', { one: { name: 'user.gone', schema }, nameless: created }),
        toFile('events', 'rest', { schema, origin: { source: 'auth' }, limits: { max: 1 } }),
      ],
    });
    expect(faults).toEqual([
      expect.stringMatching(/^shared\/app\/events\/orders\.ts: event "order.placed": .*`source`/),
      expect.stringMatching(/^shared\/app\/events\/one\.ts: event "user.gone": .*`source`/),
      expect.stringMatching(/^shared\/app\/events\/one\.ts: an event has no name/),
    ]);
    expect([...registrations.events.keys()]).toEqual(['order.paid']);
  });

  it('that are listed, or registered at the runtime, win over those that are found', () => {
    const runtime = createRuntime({ events: { 'user.created': { source: 'runtime' } } });
    const { registrations, faults } = assembleApp({
      runtime,
      pollers: [OtherInbox],
      files: [
        toFile('pollers', 'a', { Inbox }),
        toFile('events', 'users', { users: { 'user.created': created } }),
      ],
    });
    expect(registrations.pollers.get('inbox')).toBe(OtherInbox);
    expect(registrations.events.get('user.created')?.source).toBe('runtime');
    expect([...faults, ...registrations.findFaults(new Set())]).toEqual([]);
  });

  it('that are found twice are a fault that names both files', () => {
    const { faults } = assembleApp({
      files: [
        toFile('pollers', 'a', { Inbox }),
        toFile('pollers', 'b', { OtherInbox }),
        toFile('events', 'a', { users: { 'user.created': created } }),
        toFile('events', 'b', { users: { 'user.created': { source: 'b' } } }),
      ],
    });
    expect(faults).toEqual([
      expect.stringContaining('event "user.created" is found in shared/app/events/a.ts and in'),
      expect.stringContaining('poller "inbox" is found in shared/app/pollers/a.ts and in'),
    ]);
  });

  it('that are listed twice are a fault each', () => {
    const events = { 'user.created': created };
    const { registrations } = assembleApp({
      events,
      pollers: [Inbox, OtherInbox],
      runtime: createRuntime({ events }),
    });
    expect(registrations.findFaults(new Set())).toEqual([
      { name: 'user.created', message: 'the event is registered twice' },
      { name: 'inbox', message: 'the poller is registered twice' },
    ]);
  });
});

describe('the triggers and hooks of an app', () => {
  const read = async (app: ReturnType<typeof assembleApp>) => {
    const known = { actors: ['log'], kinds: await loadAllKinds(app), runtime: app.registrations };
    return readAll({ json: '{"triggers": []}' }, known);
  };
  const github = { source: 'github', actor: 'log' } as const;

  it('are as those of a file, by name or as a list, beside those of the runtime', async () => {
    const runtime = createRuntime();
    runtime.registerTrigger('a', github);
    const order: string[] = [];
    const hook = (name: string) => () => void order.push(name);
    runtime.onTrigger('a', hook('first'));
    const app = assembleApp({
      runtime,
      triggers: { b: { ...github, filter: ({ type }) => type === 'push' } },
      hooks: { a: [hook('second'), hook('third')], '*': hook('fourth') },
    });
    expect((await read(app)).triggers.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(app.registrations.code.get('b')?.filter).toBeTypeOf('function');
    for (const one of app.registrations.hooksOf('a')) one({} as never, {} as never, async () => 1);
    expect(order).toEqual(['first', 'second', 'third', 'fourth']);
    const listed = assembleApp({
      triggers: [
        { name: 'c', ...github },
        { type: 'manual', name: 'd', actor: 'log' },
      ],
    });
    expect((await read(listed)).triggers.map(({ name, source }) => [name, source])).toEqual([
      ['c', 'github'],
      ['d', 'manual'],
    ]);
  });

  it('of one name twice are a fault, and so is a hook of a trigger that there is not', async () => {
    const runtime = createRuntime();
    runtime.registerTrigger('a', github);
    const hooks = { nobody: () => 1 };
    const { faults } = await read(assembleApp({ runtime, triggers: { a: github }, hooks }));
    expect(faults.map(({ trigger, message }) => `${trigger} ${message}`)).toEqual([
      expect.stringMatching(/^a /),
      'nobody onTrigger: there is no such trigger: correct the name',
    ]);
  });

  it('leave the definition as it was: an app may be opened again', () => {
    const runtime = createRuntime();
    const app = defineApp({ runtime, triggers: { a: github }, hooks: { a: () => 1 } });
    const first = assembleApp(app).registrations;
    first.open(async () => ({ id: 'e' }))();
    const second = assembleApp({ ...app, actors: { one: One } }).registrations;
    expect(second.toTriggers()).toHaveLength(1);
    expect(second.hooksOf('a')).toHaveLength(1);
    expect(runtime.registrations.toTriggers()).toEqual([]);
  });

  it('let the runtime emit once the app is open, and take no more', async () => {
    const runtime = createRuntime({ events: { seen: { source: 'app' } } });
    const { registrations } = assembleApp({ runtime, triggers: { a: github } });
    const close = registrations.open(async (event) => ({ id: String(event) }));
    expect(await runtime.emitTrigger('seen', {})).toEqual({ id: 'seen' });
    expect(() => runtime.registerTrigger('late', github)).toThrow('after the app was open');
    close();
    await expect(runtime.emitTrigger('seen', {})).rejects.toThrow('before the app was open');
  });
});

describe('the kinds of sources of an app', () => {
  it('come beside those of the product', async () => {
    const app = assembleApp({ sources: [kind('zendesk')] });
    expect(app.faults).toEqual([]);
    expect((await loadAllKinds(app)).map((one) => one.kind)).toContain('zendesk');
  });

  it.each([
    ['github', 'there is one of this name already'],
    ['emit', 'there is one of this name already'],
    ['Zendesk', 'expected lower-case letters'],
    ['none', 'methods: expected some of GET, POST, PUT, OPTIONS'],
  ])('may not be %s', (name, fault) => {
    const { faults, kinds } = assembleApp({
      sources: [kind(name, name === 'none' ? [] : ['POST'])],
    });
    expect(faults).toEqual([expect.stringContaining(`source kind "${name}": ${fault}`)]);
    expect(kinds).toEqual([]);
  });

  it('may not be there twice', () => {
    const { faults, kinds } = assembleApp({ sources: [kind('a'), kind('a')] });
    expect(faults).toHaveLength(1);
    expect(kinds).toHaveLength(1);
  });
});
