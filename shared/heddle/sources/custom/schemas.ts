import { z } from 'zod';
import { TOLERANCE_SECONDS } from '../timestamp.ts';

/** An HTTP token. @see https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2 */
export const HeaderNameSchema = z
  .string()
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, 'expected the name of a header');

/** Tolerance in both directions, in seconds. */
export const ToleranceSchema = z.number().int().min(1).max(86_400).default(TOLERANCE_SECONDS);

/** The scheme before the token in the Authorization header. */
export const SchemeSchema = z
  .string()
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, 'expected a scheme such as Bearer')
  .default('Bearer');

/** @see https://www.rfc-editor.org/rfc/rfc7617#section-2 */
export const UsernameSchema = z
  .string()
  .regex(/^[^:\p{Cc}]{1,256}$/u, 'expected a user name, which has no colon');
