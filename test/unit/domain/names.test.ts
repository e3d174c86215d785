import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  MAX_ID_CHARS,
  MAX_TYPE_CHARS,
  toEventId,
  toEventType,
} from '../../../shared/heddle/domain/names.ts';

const anyText = fc.string({ unit: 'binary', minLength: 1, maxLength: 700 });

describe('a type', () => {
  it.each([
    'v2.core.account[requirements].updated',
    'Tag Push Hook',
    'https://example.org/a?b=c#d',
    'orders/{id}\\*',
    'größe.geändert 🧵',
  ])('is what the sender says: %s', (name) => {
    expect(toEventType(name)).toBe(name);
  });

  it.each([
    ['a\tb\r\nc', 'a\ufffdb\ufffd\ufffdc'],
    ['  push  ', 'push'],
    ['a\u2028b', 'a\ufffdb'],
    ['a\u202eb', 'a\ufffdb'],
    ['a\ud800b', 'a\ufffdb'],
    ['x'.repeat(300), 'x'.repeat(256)],
    [`${'x'.repeat(255)}🧵`, 'x'.repeat(255)],
  ])('of %j is %j', (name, type) => {
    expect(toEventType(name)).toBe(type);
  });

  it.each([undefined, null, 7, {}, '', '  '])('is not made of %j', (name) => {
    expect(toEventType(name)).toBeUndefined();
  });

  it('is always printable, bounded, and the same when made again', () => {
    const property = fc.property(anyText, (name) => {
      const type = toEventType(name) ?? 'blank';
      expect(type).not.toMatch(/[\p{Cc}\p{Cs}]/u);
      expect(type.length).toBeLessThanOrEqual(MAX_TYPE_CHARS);
      expect(toEventType(type)).toBe(type);
    });
    fc.assert(property);
  });
});

describe('an id', () => {
  it('is what the sender says, spaces around it too', () => {
    for (const id of ['a b/c', ' a ', 'a\\b?c#d', '🧵', 'x'.repeat(512)]) {
      expect(toEventId(id)).toBe(id);
    }
  });

  it('that is too long or not printable is a digest, another for each', () => {
    const ids = [
      'x'.repeat(513),
      'x'.repeat(514),
      'a\nb',
      'a\rb',
      'a\ud800',
      'a\ud801',
      'a\ufffd\n',
    ];
    const made = ids.map(toEventId);
    expect(new Set(made).size).toBe(ids.length);
    for (const id of made) expect(id).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it.each([undefined, null, 7, '', ' '])('is not made of %j', (id) => {
    expect(toEventId(id)).toBeUndefined();
  });

  it('is never the same for two', () => {
    const property = fc.property(anyText, anyText, (a, b) => {
      const [one, other] = [toEventId(a), toEventId(b)];
      if (one !== undefined && one === other) expect(a).toBe(b);
      expect(one?.length ?? 0).toBeLessThanOrEqual(MAX_ID_CHARS);
    });
    fc.assert(property);
  });
});
