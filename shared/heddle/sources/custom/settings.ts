import { z } from 'zod';
import { EntraSchema } from '../entra/settings.ts';
import { IpAllowListSchema } from '../settings.ts';
import { findCaFault } from './client-certificate.ts';
import { HeaderNameSchema, SchemeSchema, ToleranceSchema, UsernameSchema } from './schemas.ts';
import { findTemplateFault } from './template.ts';

const HmacSchema = z
  .strictObject({
    kind: z.literal('hmac'),
    header: HeaderNameSchema,
    algorithm: z.enum(['sha256', 'sha512', 'sha1']).default('sha256'),
    encoding: z.enum(['hex', 'base64']).default('hex'),
    /** Text before the signature in its header: `sha256=`. */
    prefix: z.string().max(100).default(''),
    /** Header with Unix seconds. If configured, it is required and signed. */
    timestampHeader: HeaderNameSchema.optional(),
    /** The signed text: `{body}`, or with a timestamp `{timestamp}.{body}`. */
    template: z.string().max(200).optional(),
    toleranceSeconds: ToleranceSchema,
  })
  .superRefine(({ template, timestampHeader }, context) => {
    const fault = template === undefined ? undefined : findTemplateFault(template, timestampHeader);
    if (fault) context.addIssue({ code: 'custom', path: ['template'], message: fault });
  });

const BearerSchema = z.strictObject({ kind: z.literal('bearer'), scheme: SchemeSchema });

const ApiKeySchema = z.strictObject({
  kind: z.literal('apiKey'),
  in: z.enum(['header', 'query']),
  name: HeaderNameSchema,
});

/** The password is the secret. */
const BasicSchema = z.strictObject({ kind: z.literal('basic'), username: UsernameSchema });

const AddressSchema = z.strictObject({
  kind: z.literal('ipAllowList'),
  ...IpAllowListSchema.shape,
});

const ThumbprintSchema = z
  .string()
  .regex(
    /^(?:[0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}$/,
    'expected a SHA-256 thumbprint: 64 hex digits',
  );

const CertificateSchema = z
  .strictObject({
    kind: z.literal('mtls'),
    header: HeaderNameSchema.default('X-ARR-ClientCert'),
    /** SHA-256 thumbprints of certificates that are accepted without an authority. */
    allowedThumbprints: z.array(ThumbprintSchema).min(1).optional(),
    /** Common name that a certificate must have in addition. */
    allowedSubject: z.string().min(1).max(256).optional(),
    /** Certificates of issuing authorities, as PEM or the path of a PEM file. They are public. */
    ca: z.string().min(1).optional(),
  })
  .superRefine(({ allowedThumbprints, ca }, context) => {
    const isProvable = allowedThumbprints !== undefined || ca !== undefined;
    const fault = isProvable
      ? ca && findCaFault(ca)
      : 'expected "allowedThumbprints" or "ca": anybody can make a certificate with any subject';
    if (fault) context.addIssue({ code: 'custom', path: isProvable ? ['ca'] : [], message: fault });
  });

/** Authentication of a custom source's senders, with the source's secrets. */
export const AuthSchema = z.discriminatedUnion('kind', [
  HmacSchema,
  BearerSchema,
  ApiKeySchema,
  BasicSchema,
  AddressSchema,
  CertificateSchema,
  EntraSchema,
  z.strictObject({ kind: z.literal('custom') }),
  z.strictObject({ kind: z.literal('none') }),
]);
export type Auth = z.output<typeof AuthSchema>;
export type HmacAuth = z.output<typeof HmacSchema>;

const PathSchema = z.string().regex(/^[^.]+(?:\.[^.]+)*$/, 'expected names joined by dots');

export const CustomSettingsSchema = z
  .strictObject({
    auth: AuthSchema,
    /** False accepts any sender, only with auth `none`; events say `verified: false`. */
    requireVerification: z.boolean().default(true),
    /** Place of the sender's event id: at most one of these three. */
    idHeader: HeaderNameSchema.optional(),
    idPath: PathSchema.optional(),
    /** For senders whose events always differ in their bodies: equal bodies are one event. */
    idFrom: z.literal('body-hash').optional(),
    /** Place of the event's type: at most one of these two. */
    typeHeader: HeaderNameSchema.optional(),
    typePath: PathSchema.optional(),
  })
  .superRefine((settings, context) => {
    for (const { path, message } of findContradictions(settings)) {
      context.addIssue({ code: 'custom', path: [path], message });
    }
  });
export type CustomSettings = z.output<typeof CustomSettingsSchema>;

function findContradictions(settings: {
  readonly auth: Auth;
  readonly requireVerification: boolean;
  readonly idHeader?: string | undefined;
  readonly idPath?: string | undefined;
  readonly idFrom?: string | undefined;
  readonly typeHeader?: string | undefined;
  readonly typePath?: string | undefined;
}): readonly { readonly path: string; readonly message: string }[] {
  const { auth, requireVerification, idHeader, idPath, idFrom, typeHeader, typePath } = settings;
  const isOpen = auth.kind === 'none';
  const countOf = (values: readonly unknown[]) => values.filter((value) => value !== undefined);
  const faults = [
    isOpen && requireVerification
      ? {
          path: 'auth',
          message: 'takes what anybody sends: to allow it, set requireVerification: false',
        }
      : undefined,
    !isOpen && !requireVerification
      ? { path: 'requireVerification', message: 'false goes with auth kind none alone' }
      : undefined,
    countOf([idHeader, idPath, idFrom]).length > 1
      ? { path: 'idHeader', message: 'expected one of idHeader, idPath and idFrom' }
      : undefined,
    countOf([typeHeader, typePath]).length > 1
      ? { path: 'typeHeader', message: 'expected one of typeHeader and typePath' }
      : undefined,
  ];
  return faults.filter((fault) => fault !== undefined);
}
