import { createBuiltInPollers } from '../actors/pollers/built-in.ts';
import { depthTargets } from '../connectors/connectors.ts';

/** Pollers by the names that triggers use, with every queue technology that can be watched. */
export const builtInPollers = createBuiltInPollers(depthTargets);
