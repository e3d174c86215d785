export type { FireRange, Fires } from './fires.ts';
export type { findScheduleFaults } from './schedule-faults.ts';
