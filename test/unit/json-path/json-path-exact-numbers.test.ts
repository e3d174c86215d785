import { expect, it } from 'vitest';
import { parseExactJson } from '../../../shared/heddle/domain/exact-json.ts';
import type { Json } from '../../../shared/heddle/domain/json.ts';
import { followPath } from '../../../shared/heddle/triggers/json-path/json-path.ts';
import { Work } from '../../../shared/heddle/triggers/json-path/json-path-work.ts';

const text = '{"items":[{"id":9007199254740993},{"id":9007199254740992},{"id":1e400}],"n":[1e400]}';
const follow = (path: string) =>
  JSON.stringify(followPath(path, parseExactJson(text) as Json, new Work()));

it.each([
  ['$.items[0].id', '9007199254740993'],
  ['$.items', '[{"id":9007199254740993},{"id":9007199254740992},{"id":1e400}]'],
  ['$.items[?@.id == 9007199254740993]', '[{"id":9007199254740993}]'],
  ["$.items[?@.id == '9007199254740993']", '[{"id":9007199254740993}]'],
  ['$.items[?@.id == 9007199254740992]', '[{"id":9007199254740992}]'],
  ['$.items[?@.id != 9007199254740992].id', '[9007199254740993,1e400]'],
  ['$.items[?@.id > 9007199254740992].id', '[9007199254740993,1e400]'],
  ['$.items[?@.id <= 9007199254740993].id', '[9007199254740993,9007199254740992]'],
  ["$.items[?@.id < 'x'].id", '[]'],
  ['$.items[?length(@.id) == 1]', '[]'],
  ['$..text', '[]'],
  ['$.n[*]', '[1e400]'],
])('follows %s with numbers that no double holds', (path, expected) => {
  expect(follow(path)).toBe(expected);
});
