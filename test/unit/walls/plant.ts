import { ROOMS, type Storey } from './room-table.ts';

/** A file, and the file or package that it imports. */
export interface Plant {
  readonly from: string;
  readonly to: string;
  /** How `from` names `to`; a relative path where it is not given. */
  readonly specifier?: string;
  readonly dynamic?: boolean;
}

/** For one rule: an import that breaks it and no other, and one that all rules allow. */
export interface Pair {
  readonly broken: Plant;
  readonly legal: Plant;
}

export const own = (path: string) => `shared/heddle/${path}`;

/** A file imports a package. */
export function ofPackage(from: string, specifier: string): Plant {
  return { from, to: `node_modules/${specifier}/index.js`, specifier };
}

/** Both imports are of one file; all paths are from the root. */
export function files(from: string, broken: string, legal: string): Pair {
  return { broken: { from, to: broken }, legal: { from, to: legal } };
}

/** Both imports are of one file; all paths are from shared/heddle. */
export function inside(from: string, broken: string, legal: string): Pair {
  return files(own(from), own(broken), own(legal));
}

/** A room imports one of its storey that it must not use, and one that it may. */
export function betweenRooms(storey: Storey, room: string): Pair {
  const used = ROOMS[storey][room] ?? [];
  const foreign = Object.keys(ROOMS[storey]).find((name) => name !== room && !used.includes(name));
  if (foreign === undefined) throw new Error(`the room ${storey}/${room} may use all others`);
  return inside(
    `${storey}/${room}/planted.ts`,
    `${storey}/${foreign}/index.ts`,
    `${storey}/${used[0] ?? room}/index.ts`,
  );
}
