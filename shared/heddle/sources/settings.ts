import { z } from 'zod';
import { DurationSchema } from '../domain/duration.ts';
import { JsonObjectSchema } from '../domain/json.ts';
import { isAddressRange, toRangeFault } from './ip-allow-list.ts';
import { findSchemaFault } from './payload-schema.ts';
import { findPathFault } from './redaction.ts';

/** The name of an app setting, never a secret itself: names are shown. `whsec_…` could be either. */
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
  /** Proxies in front of the app that append to X-Forwarded-For; App Service is one. */
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

/** What every source may have in the triggers file, beside the settings of its kind. */
export const commonSettings = {
  /** The kind of sender; absent where the source's name is that of its kind. */
  kind: z.string().optional(),
  /** App settings with the active secrets: two while one replaces the other. */
  secrets: z.array(SettingNameSchema).min(1).max(2).optional(),
  /** Senders' addresses: as well as the signature, not in place of it. */
  ipAllowList: IpAllowListSchema.optional(),
  /** Requests beyond so many in a window are answered 429. */
  rateLimit: z
    .strictObject({
      max: z.number().int().positive(),
      window: DurationSchema.pipe(z.number().min(1000)),
    })
    .optional(),
  /** JSON Schema of the payload: what does not fit is answered 422 and not taken in. */
  schema: PayloadSchemaSchema.optional(),
  /** Values of the payload that are kept nowhere, not even in the queue: `user.email`. */
  redact: z.array(RedactionPathSchema).min(1).max(100).optional(),
};

const CommonSchema = z.strictObject(commonSettings);
export type CommonSettings = z.output<typeof CommonSchema>;
