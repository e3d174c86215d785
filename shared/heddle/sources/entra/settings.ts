import { z } from 'zod';

const GUID = /^[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$/;

export function isGuid(text: string): boolean {
  return GUID.test(text);
}

const GuidSchema = z
  .string()
  .regex(GUID, 'expected an id such as 1f5c7a52-0f5e-4f27-9d0f-6f9b3a3c1a11');

const IdsSchema = z.union([GuidSchema, z.array(GuidSchema).min(1).max(20)]);

const AudienceSchema = z.string().min(1).max(400);

const AudiencesSchema = z.union([AudienceSchema, z.array(AudienceSchema).min(1).max(20)]);

/** Settings of a sender that proves itself by a token of Microsoft Entra, without defaults. */
const entraSettings = {
  kind: z.literal('entra'),
  /** Absent: the tenant of the deployment. */
  tenant: GuidSchema.optional(),
  audience: AudiencesSchema,
  /** Object ids of identities. */
  oid: IdsSchema.optional(),
  /** Client ids of applications. */
  appid: IdsSchema.optional(),
};

/** For senders of which nothing is known. */
export const EntraSchema = z.strictObject(entraSettings).superRefine(({ oid, appid }, context) => {
  if (oid !== undefined || appid !== undefined) return;
  const message = 'expected "oid" or "appid": any identity can get a token for this audience';
  context.addIssue({ code: 'custom', path: ['oid'], message });
});

/** For a sender whose application is known. */
export const EntraOfKnownAppSchema = z.strictObject(entraSettings);

/** For a sender of which the deployment knows all. */
export const EntraOfDeploymentSchema = z.strictObject({
  ...entraSettings,
  audience: AudiencesSchema.optional(),
});

export type EntraAuth = z.output<typeof EntraOfDeploymentSchema>;
