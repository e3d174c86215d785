import { expect, it } from 'vitest';
import { readOrigin } from '../../../shared/heddle/composition/read-origin.ts';
import { readYaml } from '../../../shared/heddle/triggers/definitions/read-yaml.ts';

const read = (text: string) => {
  const found = readYaml(text);
  if ('faults' in found) throw new Error('expected no faults');
  return { value: found.value, lines: found.unquoted?.map(({ line }) => line) };
};

it.each([
  ['9007199254740993', '9007199254740993'],
  ['-9007199254740993', '-9007199254740993'],
  ['+9007199254740993', '9007199254740993'],
  ['009007199254740993', '9007199254740993'],
  ['0x20000000000001', '9007199254740993'],
  ['0o400000000000000001', '9007199254740993'],
  ['1e400', '1e400'],
  ['0.10000000000000000555', '0.10000000000000000555'],
  ['.10000000000000000555', '0.10000000000000000555'],
  ['9007199254740993.', '9007199254740993'],
])('a number of YAML that a double cannot hold is the text of its digits: %s', (number, text) => {
  expect(read(`a: 1\nn: ${number}\n`)).toEqual({ value: { a: 1, n: text }, lines: [2] });
});

it.each([
  '9007199254740992',
  '12.50',
  '1e3',
  '0x10',
  '0.1',
  '.5',
  '.inf',
  '-.INF',
  '.nan',
  '007',
  '"9007199254740993"',
])('any other is as YAML has it: %s', (number) => expect(read(`n: ${number}\n`).lines).toEqual([]));

it('keys, lists and anchors are read alike', () => {
  const { value, lines } = read(
    'a: &id 9007199254740993\nb: [*id, 9007199254740992]\n9007199254740995: x\n',
  );
  const a = '9007199254740993';
  expect(value).toEqual({ a, b: [a, 9007199254740992], '9007199254740995': 'x' });
  expect(lines).toEqual([1, 3]);
});

it('the JSON of settings is read alike', async () => {
  const { read: found } = await readOrigin({ json: '{"triggers":[{"n":9007199254740993}]}' });
  expect(found).toMatchObject({
    value: { triggers: [{ n: '9007199254740993' }] },
    unquoted: [{ line: 1, message: expect.stringContaining('quote it') }],
  });
});
