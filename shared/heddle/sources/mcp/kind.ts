import type { DescribedKind } from '../source.ts';

export const mcpKind: DescribedKind = {
  kind: 'mcp',
  description: 'Events of MCP servers, as in the draft Events extension.',
  methods: ['POST'],
  // Each subscription names its own secrets.
  defaultSecrets: [],
  settingDescriptions: {
    subscriptions: 'Subscriptions by the ids that the servers gave them.',
    'subscriptions.secret': 'The name of the app setting with the secret: whsec_….',
    'subscriptions.secret2': 'A second one, while one replaces the other.',
    'subscriptions.name': 'The name of the event: incident.created.',
  },
};
