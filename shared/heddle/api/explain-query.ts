import { z } from 'zod';
import { parseQuery } from './query.ts';

const name = z.string().min(1).max(512).optional();

const base = { source: name, format: z.enum(['json', 'text']).optional() };

const EventExplainSchema = z.strictObject(base);
const TriggerExplainSchema = z.strictObject({ ...base, event: name, type: name });

/** @throws {RejectedError} 400 */
export function parseEventExplain(query: URLSearchParams): z.output<typeof EventExplainSchema> {
  return parseQuery(EventExplainSchema, query);
}

/** @throws {RejectedError} 400 */
export function parseTriggerExplain(query: URLSearchParams): z.output<typeof TriggerExplainSchema> {
  return parseQuery(TriggerExplainSchema, query);
}
