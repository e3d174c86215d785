export { findPathFault, followPath } from './json-path.ts';
export { Work } from './json-path-work.ts';
