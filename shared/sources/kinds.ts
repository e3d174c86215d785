import { github } from './github/github.ts';
import type { SourceKind } from './source.ts';

/** Every kind of sender that is known. Each has an HTTP function of its own. */
export const sourceKinds: readonly SourceKind[] = [github];
