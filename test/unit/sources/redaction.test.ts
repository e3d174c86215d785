import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { REDACTED } from '../../../shared/heddle/domain/redact.ts';
import { loadSources } from '../../../shared/heddle/sources/load.ts';
import { createRedaction, findPathFault } from '../../../shared/heddle/sources/redaction.ts';
import type { SourceEvent } from '../../../shared/heddle/sources/source.ts';
import { readYaml } from '../../../shared/heddle/triggers/definitions/read-yaml.ts';
import {
  arbitraryRedaction,
  fakeKinds,
  listLeaves,
  matches,
  type RedactionCase,
  toPathText,
} from '../../helpers/redaction.ts';

function redact(data: JsonObject, paths: readonly string[], rest: Partial<SourceEvent> = {}) {
  return createRedaction(paths)({ id: 'one', type: 'test', fields: {}, ...rest, data });
}

const dataOf = (data: JsonObject, ...paths: readonly string[]) => redact(data, paths).data;

describe('a path', () => {
  const user = { name: 'Ada', email: 'ada@example.org' };

  it.each(['user.email', '$.user.email', 'data.user.email', "user['email']", '$["user"].email'])(
    'takes one value out: %s',
    (path) => {
      expect(dataOf({ user }, path)).toEqual({ user: { name: 'Ada', email: REDACTED } });
    },
  );

  it.each(['items[*].card', 'items.*.card', 'items.card', '$.items[*].card'])(
    'takes it out of every item of a list: %s',
    (path) => {
      const items = [{ card: '4111', n: 1 }, { n: 2 }, { card: null }];
      expect(dataOf({ items }, path)).toEqual({
        items: [{ card: REDACTED, n: 1 }, { n: 2 }, { card: REDACTED }],
      });
    },
  );

  it.each(['items[1]', 'items.1'])('takes one item out: %s', (path) => {
    expect(dataOf({ items: ['a', 'b', 'c'] }, path)).toEqual({ items: ['a', REDACTED, 'c'] });
  });

  it('takes all that is below a key out', () => {
    expect(dataOf({ user, a: 1 }, 'user')).toEqual({ user: REDACTED, a: 1 });
    expect(dataOf({ user, a: 1 }, '*')).toEqual({ user: REDACTED, a: REDACTED });
    expect(dataOf({ user }, 'user.*')).toEqual({ user: { name: REDACTED, email: REDACTED } });
  });

  it('means names with any character in quotes', () => {
    expect(dataOf({ 'first.name': 'a', 'second name': 'b' }, "['first.name']")).toEqual({
      ...{ 'first.name': REDACTED, 'second name': 'b' },
    });
    expect(dataOf({ a: { '*': 'x', b: 'y' } }, 'a["*"]')).toEqual({ a: { '*': REDACTED, b: 'y' } });
  });

  it.each(['nobody', 'user.email.domain', 'user[0]', 'user.name.*', 'toString', 'user.__proto__'])(
    'that leads nowhere changes nothing: %s',
    (path) => expect(dataOf({ user }, path)).toEqual({ user }),
  );

  it('means the payload beside the parts of an event that have the same name', () => {
    const data = { data: { card: '4111' }, fields: { card: '4222' }, card: '4333' };
    const event = redact(data, ['data.card', 'fields.card'], { fields: { card: '4444' } });
    expect(event.data).toEqual({
      ...{ data: { card: REDACTED }, fields: { card: REDACTED }, card: REDACTED },
    });
    expect(event.fields).toEqual({ card: REDACTED });
  });

  it('with $ means the payload alone', () => {
    const data = { data: { card: '4111' }, fields: { card: '4222' }, card: '4333' };
    const rest = { fields: { card: '4444' } };
    const event = redact(data, ['$.data.card', '$.fields.card'], rest);
    expect(event.data.card).toBe('4333');
    expect(event.fields).toEqual({ card: '4444' });
  });

  it('leaves what it was given as it is: the source may still need it', () => {
    const data = { user, items: [user] };
    const before = structuredClone(data);
    redact(data, ['user.email', 'items[*].email', 'items.*.*']);
    expect(data).toEqual(before);
  });
});

describe('copies of what is taken out', () => {
  const data = { user: { login: 'ada-l', id: 4711, admin: true, note: '' } };

  it('are taken out of the normalized fields, at any depth, as text or number', () => {
    const fields = { sender: 'ada-l', labels: { ids: ['4711', 4711, 'x'] }, other: 'ada-l, bob' };
    expect(redact(data, ['user.*'], { fields }).fields).toEqual({
      ...{ sender: REDACTED, labels: { ids: [REDACTED, REDACTED, 'x'] }, other: 'ada-l, bob' },
    });
  });

  it('are not looked for of a truth, of nothing and of an empty text', () => {
    const fields = { draft: true, empty: '', none: null };
    expect(redact({ ...data, gone: null }, ['user', 'gone'], { fields }).fields).toEqual(fields);
  });

  it('take a subject with them that has one in it', () => {
    expect(redact(data, ['user.login'], { subject: 'team/ada-l' }).subject).toBe(REDACTED);
    expect(redact(data, ['user.login'], { subject: 'team/bob' }).subject).toBe('team/bob');
    expect(redact(data, ['user.login'])).not.toHaveProperty('subject');
    expect(redact(data, ['subject'], { subject: 'team/bob' }).subject).toBe(REDACTED);
  });

  it('leave an id in no event: a digest stands for it, the same at every delivery', () => {
    const [first, second] = [1, 2].map(() => redact(data, ['user.login'], { id: 'order-ada-l' }));
    expect(first?.id).toMatch(/^[0-9a-f]{32}$/);
    expect(second?.id).toBe(first?.id);
    expect(redact(data, ['user.login'], { id: 'order-bob' }).id).toBe('order-bob');
  });

  it('of one or two characters are looked for as a whole: they are in too much', () => {
    const event = redact({ n: 7 }, ['n'], { id: 'a7b', subject: 'x/7', fields: { n: 7, m: 77 } });
    expect(event).toMatchObject({ id: 'a7b', subject: 'x/7', fields: { n: REDACTED, m: 77 } });
  });

  it('are in no text that the sender gave: of a key that comes twice it has both values', () => {
    const dataJson = '{"ssn":"078-05-1120","ssn":null}';
    const event = redact(JSON.parse(dataJson), ['other'], { dataJson });
    expect(event).not.toHaveProperty('dataJson');
  });
});

describe('redaction', () => {
  it('leaves nothing of what its paths lead to, and all of the rest', () => {
    fc.assert(
      fc.property(arbitraryRedaction, ({ event, patterns }: RedactionCase) => {
        const paths = patterns.map((pattern) => `$${toPathText(pattern)}`);
        const after = createRedaction(paths)(event);
        const text = JSON.stringify(after);
        for (const { path, value } of listLeaves(event.data)) {
          const isTaken = patterns.some((pattern) => matches(pattern, path));
          expect(text.includes(value), `${path.join('.')} by ${paths.join(' ')}`).toBe(!isTaken);
        }
      }),
    );
  });

  it('leaves nothing more where the path does not say that it means the payload', () => {
    fc.assert(
      fc.property(arbitraryRedaction, ({ event, patterns }: RedactionCase) => {
        const paths = patterns.map((pattern) => toPathText(pattern).replace(/^\./, ''));
        const text = JSON.stringify(createRedaction(paths)(event));
        const taken = listLeaves(event.data).filter(({ path }) =>
          patterns.some((pattern) => matches(pattern, path)),
        );
        for (const { value } of taken) expect(text).not.toContain(value);
      }),
    );
  });

  it('of what is redacted changes nothing more', () => {
    fc.assert(
      fc.property(arbitraryRedaction, ({ event, patterns }: RedactionCase) => {
        const redaction = createRedaction(patterns.map((pattern) => `$${toPathText(pattern)}`));
        const { id: _id, ...once } = redaction(event);
        const { id: _again, ...twice } = redaction({ id: 'x', ...once });
        expect(twice).toEqual(once);
      }),
    );
  });
});

describe('the setting', () => {
  it.each([
    ...['', ' ', '$', '.', 'a.', 'a..b', '.a', 'a b', 'a*', 'a[', 'a[]', 'a[-1]', 'a[x]', 'a]'],
    ...['$a', '$.', 'a.[0]', "a['b", 'a[?(@.b)]', '$..a', 'a[0:2]', "a'b", 'a.b '],
  ])('refuses what is no path: %j', (path) => {
    expect(findPathFault(path)).toContain(JSON.stringify(path));
  });

  it('names the path at fault, with its line', () => {
    const yaml = ['sources:', '  acme:', '    kind: fake', '    redact:', '      - user.email'];
    const { faults } = loadSources(readYaml([...yaml, '      - user..ssn'].join('\n')), fakeKinds);
    expect(faults).toEqual([
      { line: 6, message: expect.stringMatching(/^source acme: redact\.1: .*"user\.\.ssn"$/) },
    ]);
    expect(loadSources(readYaml(yaml.join('\n')), fakeKinds).sources[0]?.common.redact).toEqual([
      'user.email',
    ]);
  });
});
