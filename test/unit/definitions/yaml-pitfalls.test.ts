import { describe, expect, it } from 'vitest';
import { readYaml } from '../../../shared/heddle/triggers/definitions/read-yaml.ts';

/** What is read, as JSON shows it. */
function toJson(text: string): string {
  const read = readYaml(text);
  if ('faults' in read) throw new Error(JSON.stringify(read.faults));
  return JSON.stringify(read.value);
}

function faultsOf(text: string) {
  const read = readYaml(text);
  return 'faults' in read ? read.faults : [];
}

describe('YAML is read', () => {
  it.each([
    ['words of older versions for true and false', 'on: yes\nb: off', '{"on":"yes","b":"off"}'],
    ['a time of day', 'at: 12:30', '{"at":"12:30"}'],
    ['a date', 'a: 2026-12-24', '{"a":"2026-12-24"}'],
    ['octal numbers', 'a: 0777\nb: 0o17', '{"a":777,"b":15}'],
    ['a number with underscores', 'a: 1_000', '{"a":"1_000"}'],
    ['the marks of a document', '---\na: 1\n...\n', '{"a":1}'],
    ['a directive', '%YAML 1.2\n---\na: yes', '{"a":"yes"}'],
    ['tabs in JSON', '{\n\t"a": [\n\t\t1\n\t]\n}', '{"a":[1]}'],
    ['keys that are no texts', '1: a\ntrue: b\n~: c', '{"1":"a","true":"b","":"c"}'],
    ['tags of the core', 'a: !!str 5\nb: !!int "7"', '{"a":"5","b":7}'],
    [
      'keys that objects of JavaScript have',
      'constructor: 1\nb: { __proto__: { x: 1 } }',
      '{"constructor":1,"b":{"__proto__":{"x":1}}}',
    ],
  ])('as its version 1.2 says: %s', (_, text, json) => expect(toJson(text)).toBe(json));

  it('with 5,000 keys in one map, and no worse than each key once', () => {
    const keys = Array.from({ length: 5000 }, (_, index) => `k${index}: ${index}`);
    expect(Object.keys(JSON.parse(toJson(keys.join('\n'))))).toHaveLength(5000);
  });

  it('by version 1.1 where a directive says so', () => {
    expect(toJson('%YAML 1.1\n---\na: yes\nb: 0777')).toBe('{"a":true,"b":511}');
    expect(faultsOf('%YAML 1.1\n---\na: 1\nb: 2026-12-24')).toMatchObject([
      { line: 4, message: expect.stringContaining('in quotes') },
    ]);
  });
});

describe('a fault of YAML says its line and what to do', () => {
  it.each([
    ['a tab', 'a:\n\t- b', 2, 'indent with spaces'],
    ['a key twice', 'a: 1\nb: 2\na: 3', 3, 'the key "a" is there twice, in line 1 first'],
    ['a key twice in JSON', '{\n "a": 1,\n "a": 2\n}', 3, 'in line 2 first'],
    ['a key twice, as a number and as a text', '1: a\n"1": b', 2, 'the key "1" is there twice'],
    ['a template without quotes', 'a: 1\nb: {{ event.id }}', 2, 'put a template in quotes'],
    ['a template that goes on', 'a: {{ event.id }}-x', 1, 'put the whole text in quotes'],
    ['a list for a key', '? [a, b]\n: c', 1, 'expected a text for the key'],
    ['a colon in a text', 'a: b: c', 1, 'put a text with ": " in it in quotes'],
    ['a sign that is reserved', 'a: @here', 1, 'in quotes'],
    ['a backslash in quotes', 'a: "C:\\Users"', 1, 'double the backslash'],
    ['a pattern in brackets', 'a: [0-9]+', 1, 'put the whole text in quotes'],
    ['a comparison', 'a: > 5', 1, 'put a text that begins with > or | in quotes'],
    ['an indent that fits nothing', 'a:\n  b: 1\n c: 2', 3, 'indent it as the lines before it'],
    ['bytes in base64', 'a: !!binary SGVsbG8=', 1, 'without a tag'],
    ['a NUL byte', 'a: 1\nb: \0', 2, 'save the file as UTF-8'],
    ['300 lists in each other', `a:\n  ${'['.repeat(300)}${']'.repeat(300)}`, 2, '200 levels'],
    ['9,000 lists in each other', `a: ${'['.repeat(9000)}${']'.repeat(9000)}`, 1, '200 levels'],
    ['9,000 dashes', `a: 1\nb:\n${'- '.repeat(9000)}x`, 3, '200 levels'],
  ])('%s', (_, text, line, message) => {
    expect(faultsOf(text)).toContainEqual({ line, message: expect.stringContaining(message) });
  });

  it('and each of them is said once', () => {
    expect(faultsOf(`a: ${'['.repeat(9000)}${']'.repeat(9000)}`)).toHaveLength(1);
  });
});

it.each([
  ['a tag of somebody else', 'a: !Ref x'],
  ['a text that begins with !', 'filter: !event.draft'],
  ['a version that there is not', '%YAML 3.0\n---\na: 1'],
])('what is passed over is a warning of its line: %s', (_, text) => {
  const read = readYaml(text);
  expect(read).toMatchObject({ warnings: [{ line: 1, message: expect.any(String) }] });
});
