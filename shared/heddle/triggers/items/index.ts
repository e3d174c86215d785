export type { countItems, findList } from './items.ts';
