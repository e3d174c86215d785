import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ROOMS, type Rooms, STOREYS, type Storey } from './room-table.ts';

function listFolders(storey: string): readonly string[] {
  const entries = readdirSync(`shared/heddle/${storey}`, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/** Sorts rooms so that each comes after those it uses; rooms of a circle are left out. */
function sortRooms(rooms: Rooms): readonly string[] {
  const sorted = new Set<string>();
  for (const _round of Object.keys(rooms)) {
    for (const [room, used] of Object.entries(rooms)) {
      if (used.every((name) => sorted.has(name))) sorted.add(room);
    }
  }
  return [...sorted];
}

/** Finds the other rooms of the storey that a room's files import, `await import()` included. */
function findUsed(storey: Storey, room: string): ReadonlySet<string> {
  const texts = globSync(`shared/heddle/${storey}/${room}/**/*.ts`).map((file) =>
    readFileSync(file, 'utf8'),
  );
  const names = Object.keys(ROOMS[storey]).filter((name) => name !== room);
  const isNamed = (name: string) =>
    texts.some((text) => new RegExp(`'(\\.\\./)+(${storey}/)?${name}/[^']+\\.ts'`).test(text));
  return new Set(names.filter(isNamed));
}

describe('the table of rooms', () => {
  it.each(STOREYS)('%s: has every folder and no other', (storey) => {
    expect(Object.keys(ROOMS[storey]).toSorted()).toEqual(listFolders(storey).toSorted());
  });

  it.each(STOREYS)('%s: names rooms of the storey alone', (storey) => {
    const rooms = new Set(Object.keys(ROOMS[storey]));
    expect(
      Object.values(ROOMS[storey])
        .flat()
        .filter((name) => !rooms.has(name)),
    ).toEqual([]);
  });

  it.each(STOREYS)('%s: has an order, so that no rooms use each other in a circle', (storey) => {
    const sorted = sortRooms(ROOMS[storey]);
    expect(Object.keys(ROOMS[storey]).filter((room) => !sorted.includes(room))).toEqual([]);
  });

  it('sees a circle where there is one', () => {
    expect(sortRooms({ a: [], b: ['a', 'c'], c: ['b'] })).toEqual(['a']);
  });

  it.each(STOREYS)('%s: allows what is used and no more', (storey) => {
    const idle = Object.entries(ROOMS[storey]).flatMap(([room, allowed]) => {
      const used = findUsed(storey, room);
      return allowed.filter((name) => !used.has(name)).map((name) => `${room} → ${name}`);
    });
    expect(idle).toEqual([]);
  });

  it('has the order in which the README of the pipeline lists the rooms', () => {
    const text = readFileSync('shared/heddle/pipeline/README.md', 'utf8');
    const rows = text.split('\n').filter((line) => line.startsWith('| ['));
    const listed = rows.map((row) => [...(row.split('|')[1]?.matchAll(/\[(\w+)\]/g) ?? [])]);
    const names = listed.flat().map(([, name = '']) => name);
    const upwards = Object.entries(ROOMS.pipeline).flatMap(([room, used]) =>
      used.filter((name) => names.indexOf(name) < names.indexOf(room)).map((name) => [room, name]),
    );
    expect(names.toSorted()).toEqual(Object.keys(ROOMS.pipeline).toSorted());
    expect(upwards).toEqual([]);
  });

  it.each(STOREYS)('%s: stands for rooms with a face', (storey) => {
    const faceless = Object.keys(ROOMS[storey]).filter(
      (room) => !existsSync(`shared/heddle/${storey}/${room}/index.ts`),
    );
    expect(faceless).toEqual([]);
  });
});
