import { z } from 'zod';

const name = z.string().min(1).max(512).optional();

const base = { source: name, format: z.enum(['json', 'text']).optional() };

export const EventExplainSchema = z.strictObject(base);
export const TriggerExplainSchema = z.strictObject({ ...base, event: name, type: name });
