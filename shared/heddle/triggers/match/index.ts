export { decide } from './match.ts';
export { findOrderingKeys, isWithoutOrder } from './ordering.ts';
