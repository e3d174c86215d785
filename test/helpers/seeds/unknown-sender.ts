import type { Miss } from './seed-case.ts';
import { type Send, unverified } from './send.ts';

/** The miss of a trigger that takes every event of its source, if only its sender is verified. */
export const unknownSender = (send: Send): Miss => ({
  ...{ send: unverified(send), clause: 'requireVerification' },
  ...{ expected: true, found: false },
});
