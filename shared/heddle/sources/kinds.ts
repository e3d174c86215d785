import type { KindHead, SourceKind } from './source.ts';

/** A kind that is loaded after functions are registered. Loading is most of a cold start. */
export interface ListedKind extends KindHead {
  load(): Promise<SourceKind>;
}

/** Every known kind of source. Each has its own HTTP function. */
export const sourceKinds: readonly ListedKind[] = [
  {
    kind: 'github',
    methods: ['POST'],
    defaultSecrets: ['GITHUB_WEBHOOK_SECRET', 'GITHUB_WEBHOOK_SECRET_2'],
    load: async () => (await import('./github/github.ts')).github,
  },
  {
    kind: 'webpubsub',
    methods: ['POST', 'OPTIONS'],
    defaultSecrets: ['WEBPUBSUB_ACCESS_KEY', 'WEBPUBSUB_ACCESS_KEY_2'],
    load: async () => (await import('./webpubsub/webpubsub.ts')).webpubsub,
  },
  {
    kind: 'mcp',
    methods: ['POST'],
    defaultSecrets: [],
    load: async () => (await import('./mcp/mcp.ts')).mcp,
  },
  {
    kind: 'cloudevents',
    methods: ['POST', 'OPTIONS'],
    defaultSecrets: ['CLOUDEVENTS_WEBHOOK_SECRET', 'CLOUDEVENTS_WEBHOOK_SECRET_2'],
    load: async () => (await import('./cloudevents/cloudevents.ts')).cloudevents,
  },
  {
    kind: 'grafana',
    methods: ['POST', 'PUT'],
    defaultSecrets: ['GRAFANA_WEBHOOK_SECRET', 'GRAFANA_WEBHOOK_SECRET_2'],
    load: async () => (await import('./grafana/grafana.ts')).grafana,
  },
  {
    kind: 'custom',
    methods: ['POST', 'PUT'],
    defaultSecrets: [],
    load: async () => (await import('./custom/custom.ts')).custom,
  },
  {
    kind: 'pagerduty',
    methods: ['POST'],
    defaultSecrets: ['PAGERDUTY_WEBHOOK_SECRET', 'PAGERDUTY_WEBHOOK_SECRET_2'],
    load: async () => (await import('./pagerduty/pagerduty.ts')).pagerduty,
  },
  {
    kind: 'slack',
    methods: ['POST'],
    defaultSecrets: ['SLACK_SIGNING_SECRET', 'SLACK_SIGNING_SECRET_2'],
    load: async () => (await import('./slack/slack.ts')).slack,
  },
  {
    kind: 'standardwebhooks',
    methods: ['POST'],
    defaultSecrets: ['STANDARD_WEBHOOK_SECRET', 'STANDARD_WEBHOOK_SECRET_2'],
    load: async () => (await import('./standardwebhooks/standardwebhooks.ts')).standardwebhooks,
  },
  {
    kind: 'stripe',
    methods: ['POST'],
    defaultSecrets: ['STRIPE_WEBHOOK_SECRET', 'STRIPE_WEBHOOK_SECRET_2'],
    load: async () => (await import('./stripe/stripe.ts')).stripe,
  },
  {
    kind: 'cloudwatch',
    methods: ['POST'],
    defaultSecrets: [],
    load: async () => (await import('./cloudwatch/cloudwatch.ts')).cloudwatch,
  },
  {
    kind: 'eventgrid',
    methods: ['POST', 'OPTIONS'],
    defaultSecrets: ['EVENTGRID_WEBHOOK_SECRET', 'EVENTGRID_WEBHOOK_SECRET_2'],
    load: async () => (await import('./eventgrid/eventgrid.ts')).eventgrid,
  },
];

export function loadKinds(listed: readonly ListedKind[]): Promise<readonly SourceKind[]> {
  return Promise.all(listed.map((kind) => kind.load()));
}
