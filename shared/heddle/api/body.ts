import type { z } from 'zod';
import { RejectedError } from '../errors/errors.ts';

/** @throws {RejectedError} 400 that names each invalid field and the known ones */
export function parseBody<T extends z.ZodObject>(schema: T, body: unknown): z.output<T> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join('.')}: ${message}`,
  );
  const known = Object.keys(schema.shape).join(', ');
  throw new RejectedError(400, 'body_invalid', `${faults.join('; ')}. Known fields: ${known}.`);
}
