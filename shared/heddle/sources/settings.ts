import { z } from 'zod';
import { DurationSchema } from '../domain/duration.ts';
import { JsonObjectSchema } from '../domain/json.ts';
import { isAddressRange, toRangeFault } from './ip-allow-list.ts';
import { findSchemaFault } from './payload-schema.ts';
import { findPathFault } from './redaction.ts';

/** Name of an app setting, never a secret itself: names are shown. `whsec_…` could be either. */
export const SettingNameSchema = z
  .string()
  .regex(
    /^(?!whsec_)[A-Za-z_][A-Za-z0-9_.]{0,127}$/,
    'expected the name of an app setting, not a secret',
  );

export const IpAllowListSchema = z.strictObject({
  /** Addresses or CIDR ranges, IPv4 and IPv6. */
  allow: z
    .array(z.string().refine(isAddressRange, { error: ({ input }) => toRangeFault(String(input)) }))
    .min(1),
  /** Number of proxies that append to X-Forwarded-For; App Service is one. */
  trustedProxyHops: z.number().int().min(1).max(10).default(1),
});

const PayloadSchemaSchema = JsonObjectSchema.superRefine((schema, context) => {
  const fault = findSchemaFault(schema);
  if (fault) context.addIssue({ code: 'custom', message: fault });
});

const RedactionPathSchema = z
  .string()
  .max(200, 'expected at most 200 characters')
  .superRefine((path, context) => {
    const fault = findPathFault(path);
    if (fault) context.addIssue({ code: 'custom', message: fault });
  });

/** Settings of every source in the triggers file, besides those of its kind. */
export const commonSettings = {
  /** Kind of the source; absent if the source has its name. */
  kind: z.string().optional(),
  /** False: nothing is received, and no secret is asked for. */
  enabled: z.boolean().optional(),
  /** What deliveries are answered while `enabled` is false: 404, unless it says 410. */
  disabledStatus: z.literal([404, 410]).optional(),
  /** App settings with the active secrets; both are accepted during rotation. */
  secrets: z.array(SettingNameSchema).min(1).max(2).optional(),
  /** Allowed addresses of senders, in addition to the signature. */
  ipAllowList: IpAllowListSchema.optional(),
  /** Requests beyond `max` in a window are answered 429. */
  rateLimit: z
    .strictObject({
      max: z.number().int().positive(),
      window: DurationSchema.pipe(z.number().min(1000)),
    })
    .optional(),
  /** JSON Schema of the payload: one that does not fit is answered 422 and not ingested. */
  schema: PayloadSchemaSchema.optional(),
  /** Paths of values that are stored nowhere, not even in the queue: `user.email`. */
  redact: z.array(RedactionPathSchema).min(1).max(100).optional(),
};

const CommonSchema = z.strictObject(commonSettings);
export type CommonSettings = z.output<typeof CommonSchema>;
