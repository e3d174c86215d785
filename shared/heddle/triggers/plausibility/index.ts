export type { findDoubts } from './find-doubts.ts';
export type { findInputFaults } from './input-faults.ts';
export type { ActorInput, Surroundings } from './surroundings.ts';
