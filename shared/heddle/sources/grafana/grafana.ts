import { z } from 'zod';
import type { Secret } from '../../domain/secret.ts';
import { parseText } from '../body.ts';
import { createBasicCheck, createBearerCheck } from '../custom/authorization.ts';
import { parseJsonPayload } from '../custom/payload.ts';
import {
  HeaderNameSchema,
  SchemeSchema,
  ToleranceSchema,
  UsernameSchema,
} from '../custom/schemas.ts';
import { HmacKeys, parseHex } from '../hmac.ts';
import { defineSource, type Outcome, type Source, type WebhookRequest } from '../source.ts';
import { checkTimestamp } from '../timestamp.ts';
import { grafanaKind } from './kind.ts';
import { toEnvelope } from './normalize.ts';

/** Grafana documents no limit; a group of thousands of alerts stays far below this. */
const MAX_BODY_BYTES = 5 * 1024 * 1024;

const SettingsSchema = z
  .strictObject({
    /** As set in the contact point. */
    auth: z.enum(['hmac', 'bearer', 'basic']).default('hmac'),
    /** Header with the signature. */
    header: HeaderNameSchema.default('X-Grafana-Alerting-Signature'),
    /** Timestamp header of the contact point, if it has one. It is then signed and required. */
    timestampHeader: HeaderNameSchema.optional(),
    toleranceSeconds: ToleranceSchema,
    scheme: SchemeSchema,
    username: UsernameSchema.optional(),
  })
  .refine(({ auth, username }) => auth !== 'basic' || username !== undefined, {
    path: ['username'],
    error: 'expected the user name of the contact point for auth "basic"',
  });

type Settings = z.output<typeof SettingsSchema>;

/**
 * Webhook contact points of Grafana Alerting. Without a timestamp header, a recorded request stays
 * valid without limit, but the same notification is a duplicate.
 * @see https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/
 */
export const grafana = defineSource({
  ...grafanaKind,
  settings: SettingsSchema,
  create(settings, { name, secrets }) {
    return { name, maxBodyBytes: MAX_BODY_BYTES, verify: toVerify(settings, secrets), normalize };
  },
});

function toVerify(settings: Settings, secrets: readonly Secret[]): Source['verify'] {
  const { auth, header, timestampHeader, toleranceSeconds, scheme, username = '' } = settings;
  if (auth === 'bearer') return createBearerCheck(scheme, secrets);
  if (auth === 'basic') return createBasicCheck(username, secrets);
  const keys = new HmacKeys(secrets);
  return ({ headers, body, receivedAt }) => {
    const signature = parseHex(headers.get(header));
    // The configuration decides: a request without a timestamp cannot opt out of it.
    if (timestampHeader === undefined) return keys.verify([signature], body);
    const given = headers.get(timestampHeader);
    const timestamp = checkTimestamp(given, receivedAt, { toleranceSeconds });
    return keys.verify([signature], `${timestamp}:`, body);
  };
}

/** A contact point may have a payload template: any JSON is accepted, but no other text. */
function normalize({ body }: WebhookRequest): Outcome {
  const payload = parseJsonPayload(parseText(body));
  return { events: [{ ...payload, ...toEnvelope(payload.data) }] };
}
