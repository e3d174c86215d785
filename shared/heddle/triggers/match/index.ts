export { decide } from './match.ts';
export { findOrderingKeys } from './ordering.ts';
