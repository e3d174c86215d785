import { createRequire } from 'node:module';

export type Storey = 'pipeline' | 'triggers';

/** The rooms of its storey that each room may use. */
export type Rooms = Readonly<Record<string, readonly string[]>>;

const require = createRequire(import.meta.url);
const table: { ROOMS: Readonly<Record<Storey, Rooms>> } = require('../../../.dependency-rooms.cjs');

export const { ROOMS } = table;
export const STOREYS: readonly Storey[] = ['pipeline', 'triggers'];
