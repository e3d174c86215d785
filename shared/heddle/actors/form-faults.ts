import type { z } from 'zod';
import type { TriggerForm } from './trigger-forms.ts';

const TYPES = ['event', 'manual', 'webhook', 'schedule'];

const CONFIG = ['persistData', 'retentionDays'];

const RUN_SCOPE = 'scope: an await makes the trigger that resumes a run: leave it out, or say flow';

/** Finds faults in the fields that a form has and a triggers file has not. */
export function findFormFaults(form: TriggerForm<z.ZodType>): readonly string[] {
  const { type, scope = 'flow' } = form as { readonly type: string; readonly scope?: string };
  if (!TYPES.includes(type)) return [`type: expected one of ${TYPES.join(', ')}`];
  const isScope = scope === 'flow';
  return [
    ...(isScope ? [] : [scope === 'run' ? RUN_SCOPE : 'scope: expected flow']),
    ...findConfigFaults(form),
  ];
}

function findConfigFaults({ type, config = {} }: TriggerForm<z.ZodType>): readonly string[] {
  // The head of an event says so itself.
  if (type === 'event') return [];
  const known = type === 'webhook' ? [...CONFIG, 'rateLimit'] : CONFIG;
  return Object.keys(config).flatMap((key) => {
    if (known.includes(key)) return [];
    if (key === 'rateLimit') return ['config.rateLimit: only with "type: webhook"'];
    return [`config: unknown field "${key}" (known: ${known.join(', ')})`];
  });
}
