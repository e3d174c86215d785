import { z } from 'zod';

const status = z
  .union([z.int().min(100).max(599), z.string().regex(/^(?:[1-5]\d\d(?:-[1-5]\d\d)?|[1-5]xx)$/)])
  .transform(String);

/** Expected HTTP statuses: `204`, `2xx`, `200-299`, or a list of these. */
export const StatusesSchema = z.union(
  [status.transform((one) => [one]), z.array(status).min(1)],
  'expected a status (204), a class (2xx), a range (200-299), or a list',
);

export function isExpected(status: number, expected: readonly string[]): boolean {
  return expected.some((one) => isStatus(status, one));
}

function isStatus(status: number, wanted: string): boolean {
  if (wanted.endsWith('xx')) return String(status)[0] === wanted[0];
  const [first = '', last = first] = wanted.split('-');
  return status >= Number(first) && status <= Number(last);
}
