import { describe, expect, it } from 'vitest';
import { readYaml } from '../../../shared/heddle/triggers/definitions/read-yaml.ts';

const read = (text: string) => {
  const found = readYaml(text);
  return 'value' in found ? found.value : found.faults;
};

describe('a merge key', () => {
  it('brings the fields of an anchor, and those written beside it win', () => {
    const text = `
base: &base { source: github, actor: log }
triggers:
  - { <<: *base, name: a }
  - { name: b, actor: mail, <<: *base }
`;
    expect(read(text)).toMatchObject({
      triggers: [
        { source: 'github', actor: 'log', name: 'a' },
        { name: 'b', actor: 'mail', source: 'github' },
      ],
    });
  });

  it('of a list takes the first that has a field', () => {
    expect(read('a: { <<: [{ x: 1, z: 1 }, { x: 2, y: 2 }], z: 3 }')).toEqual({
      a: { x: 1, z: 3, y: 2 },
    });
  });

  it('of a list that is an anchor itself, and one beside another, are read alike', () => {
    const anchors = 'x: &x { p: 1 }\ny: &y { p: 2, q: 2 }\nall: &all [*x, *y]\n';
    const merged = { p: 1, q: 2 };
    expect(read(`${anchors}a: { <<: *all }\nb:\n  <<: *x\n  <<: *y\n`)).toMatchObject({
      a: merged,
      b: merged,
    });
  });

  it('is read in a nested object, of an anchor that merges itself', () => {
    const text = 'x: &x { p: 1 }\ny: &y { <<: *x, q: 2 }\nz: [{ in: { <<: *y, r: 3 } }]';
    expect(read(text)).toMatchObject({ z: [{ in: { p: 1, q: 2, r: 3 } }] });
  });

  it('leaves the anchor as it is', () => {
    expect(read('x: &x { p: 1 }\ny: { <<: *x, p: 2, q: 3 }')).toEqual({
      x: { p: 1 },
      y: { p: 2, q: 3 },
    });
  });

  it('in quotes is a key like any other', () => {
    expect(read('a: { "<<": { x: 1 } }')).toEqual({ a: { '<<': { x: 1 } } });
  });

  it.each([
    ['a text', 'a: { <<: x }'],
    ['itself', 'a: &a { <<: *a }'],
    ['nothing', 'a: { <<: }'],
    ['a list with a text', 'a: { <<: [{ x: 1 }, x] }'],
  ])('is a fault where it brings no fields: %s', (_, text) => {
    expect(read(text)).toMatchObject([{ line: 1, message: expect.any(String) }]);
  });
});

describe('the bytes of a file', () => {
  it('may begin with a mark of their order, and end lines as Windows does', () => {
    const text = '\uFEFFa: 1\r\nb: |\r\n  one\r\n  two\r\nc: x\r\n';
    expect(read(text)).toEqual({ a: 1, b: 'one\ntwo\n', c: 'x' });
    expect(read('\uFEFFtriggers: []\n')).toEqual({ triggers: [] });
  });
});
