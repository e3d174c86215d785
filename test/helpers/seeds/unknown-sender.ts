import type { Miss } from './seed-case.ts';
import { type Send, unverified } from './send.ts';

/** Of a trigger that takes whatever its source has, if only the sender is known. */
export const unknownSender = (send: Send): Miss => ({
  ...{ send: unverified(send), clause: 'requireVerification' },
  ...{ expected: true, found: false },
});
