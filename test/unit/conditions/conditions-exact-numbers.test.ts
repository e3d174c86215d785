import { describe, expect, it } from 'vitest';
import { parseExactJson } from '../../../shared/heddle/domain/exact-json.ts';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { findMismatch, meets } from '../../helpers/conditions.ts';

const payload = parseExactJson(`{
  "id": 9007199254740993, "near": 9007199254740992, "text": "9007199254740993", "huge": 1e400,
  "part": 0.10000000000000000555, "tenth": 0.1, "small": 5, "list": [1, 9007199254740993],
  "same": 9007199254740993.0
}`) as JsonObject;
const ID = '9007199254740993';

describe('a number that no double holds', () => {
  it.each<[JsonObject, boolean]>([
    [{ id: ID }, true],
    [{ id: '9007199254740993.0' }, true],
    [{ id: 9007199254740992 }, false],
    [{ id: '9007199254740992' }, false],
    [{ id: '9007199254740994' }, false],
    [{ near: ID }, false],
    [{ near: 9007199254740992 }, true],
    [{ text: ID }, true],
    [{ same: ID }, true],
    [{ part: 0.1 }, false],
    [{ tenth: '0.10000000000000000555' }, false],
    [{ part: '0.10000000000000000555' }, true],
    [{ id: { eq: ID } }, true],
    [{ id: { ne: ID } }, false],
    [{ id: { ne: 9007199254740992 } }, true],
    [{ id: { in: [1, ID] } }, true],
    [{ id: { notIn: [9007199254740992, 'x'] } }, true],
    [{ id: [9007199254740992, ID] }, true],
    [{ list: { contains: ID } }, true],
    [{ list: { contains: 9007199254740992 } }, false],
    [{ list: { eq: [1, ID] } }, true],
    [{ id: { exists: true } }, true],
    [{ id: { startsWith: '9' } }, false],
    [{ id_pattern: '9007199254740993$' }, true],
    [{ list_pattern: '9007199254740993$' }, true],
    [{ 'id.text': ID }, false],
    [{ id: { text: ID } }, false],
  ])('meets %j: %s', (conditions, isMet) => {
    expect(meets(conditions, payload)).toBe(isMet);
  });

  it.each<[JsonObject, boolean]>([
    [{ id: { gt: 9007199254740992 } }, true],
    [{ id: { gte: ID } }, true],
    [{ id: { gt: ID } }, false],
    [{ id: { lt: '9007199254740994.5' } }, true],
    [{ near: { lt: ID } }, true],
    [{ near: { gte: ID } }, false],
    [{ small: { lt: ID } }, true],
    [{ huge: { gt: ID } }, true],
    [{ huge: { lt: 1e308 } }, false],
    [{ part: { gt: 0.1 } }, true],
    [{ tenth: { lt: '0.10000000000000000555' } }, true],
    [{ id: { gt: '5' } }, false],
    [{ id: { gt: 'a' } }, false],
    [{ text: { gt: 5 } }, false],
    [{ text: { gte: ID } }, true],
  ])('is ordered exactly: %j is %s', (conditions, isMet) => {
    expect(meets(conditions, payload)).toBe(isMet);
  });

  it('is shown as it was sent', () => {
    const mismatch = findMismatch({ id: 9007199254740992 }, payload);
    expect(JSON.stringify(mismatch)).toContain('"found":9007199254740993');
  });
});
