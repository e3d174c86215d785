import type { DescribedKind } from '../source.ts';

export const mcpKind: DescribedKind = {
  kind: 'mcp',
  description: 'Events of MCP servers, as in the draft Events extension.',
  methods: ['POST'],
  // Each subscription names its own secrets.
  defaultSecrets: [],
  settingDescriptions: {
    subscriptions: 'Subscriptions by their ids, which the servers assign.',
    'subscriptions.secret': 'The name of the app setting with the secret: whsec_….',
    'subscriptions.secret2': 'The name of the app setting with a second secret, during rotation.',
    'subscriptions.name': 'The name of the event: incident.created.',
  },
};
