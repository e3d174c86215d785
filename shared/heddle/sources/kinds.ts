import { cloudeventsKind } from './cloudevents/kind.ts';
import { cloudwatchKind } from './cloudwatch/kind.ts';
import { customKind } from './custom/kind.ts';
import { eventgridKind } from './eventgrid/kind.ts';
import { githubKind } from './github/kind.ts';
import { grafanaKind } from './grafana/kind.ts';
import { mcpKind } from './mcp/kind.ts';
import { pagerdutyKind } from './pagerduty/kind.ts';
import { slackKind } from './slack/kind.ts';
import type { DescribedKind, SourceKind } from './source.ts';
import { standardwebhooksKind } from './standardwebhooks/kind.ts';
import { stripeKind } from './stripe/kind.ts';
import { webpubsubKind } from './webpubsub/kind.ts';

/** A kind that is loaded after functions are registered. Loading is most of a cold start. */
export interface ListedKind extends DescribedKind {
  load(): Promise<SourceKind>;
}

/** Every known kind of source. Each has its own HTTP function, and declares itself in its folder. */
export const sourceKinds: readonly ListedKind[] = [
  { ...githubKind, load: async () => (await import('./github/github.ts')).github },
  { ...webpubsubKind, load: async () => (await import('./webpubsub/webpubsub.ts')).webpubsub },
  { ...mcpKind, load: async () => (await import('./mcp/mcp.ts')).mcp },
  {
    ...cloudeventsKind,
    load: async () => (await import('./cloudevents/cloudevents.ts')).cloudevents,
  },
  { ...grafanaKind, load: async () => (await import('./grafana/grafana.ts')).grafana },
  { ...customKind, load: async () => (await import('./custom/custom.ts')).custom },
  { ...pagerdutyKind, load: async () => (await import('./pagerduty/pagerduty.ts')).pagerduty },
  { ...slackKind, load: async () => (await import('./slack/slack.ts')).slack },
  {
    ...standardwebhooksKind,
    load: async () => (await import('./standardwebhooks/standardwebhooks.ts')).standardwebhooks,
  },
  { ...stripeKind, load: async () => (await import('./stripe/stripe.ts')).stripe },
  { ...cloudwatchKind, load: async () => (await import('./cloudwatch/cloudwatch.ts')).cloudwatch },
  { ...eventgridKind, load: async () => (await import('./eventgrid/eventgrid.ts')).eventgrid },
];

export function loadKinds(listed: readonly ListedKind[]): Promise<readonly SourceKind[]> {
  return Promise.all(listed.map((kind) => kind.load()));
}
