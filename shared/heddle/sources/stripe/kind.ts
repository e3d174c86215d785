import type { DescribedKind } from '../source.ts';

export const stripeKind: DescribedKind = {
  kind: 'stripe',
  description: 'Stripe webhooks.',
  methods: ['POST'],
  defaultSecrets: ['STRIPE_WEBHOOK_SECRET', 'STRIPE_WEBHOOK_SECRET_2'],
  settingDescriptions: {},
};
