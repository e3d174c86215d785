import { z } from 'zod';
import { createRuntime } from '../../../shared/heddle/actors/create-runtime.ts';

const runtime = createRuntime();

/** Events of modules, with what the triggers file cannot express registered in code. */
export const userCreated = runtime.registerTrigger({
  name: 'user.created',
  type: 'event',
  displayName: 'User Created',
  description: 'Triggered when a new user signs up',
  source: 'auth-module',
  schema: z.object({
    userId: z.string(),
    email: z.email(),
    name: z.string(),
    metadata: z.record(z.string(), z.unknown()).optional(),
  }),
  config: { persistData: true, retentionDays: 90 },
});

export const formSubmitted = runtime.registerTrigger({
  name: 'form.submitted',
  type: 'event',
  source: 'form-module',
});
