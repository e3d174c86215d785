import { createRuntime } from '../heddle/actors/runtime.ts';

/**
 * Triggers, events, hooks and pollers in code. Add yours here:
 *
 *   runtime.registerTrigger('github-prs', {
 *     source: 'github',
 *     actor: 'pr-reviewer',
 *     filter: (event) => event.type === 'pull_request.opened',
 *   });
 */
export const runtime = createRuntime();
