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

const loadCode = async () => (await import('./kinds-in-full.ts')).codeOfKinds;

/** Every known kind of source. Each has its own HTTP function, and declares itself in its folder. */
export const sourceKinds: readonly ListedKind[] = [
  { ...githubKind, load: async () => (await loadCode()).github },
  { ...webpubsubKind, load: async () => (await loadCode()).webpubsub },
  { ...mcpKind, load: async () => (await loadCode()).mcp },
  { ...cloudeventsKind, load: async () => (await loadCode()).cloudevents },
  { ...grafanaKind, load: async () => (await loadCode()).grafana },
  { ...customKind, load: async () => (await loadCode()).custom },
  { ...pagerdutyKind, load: async () => (await loadCode()).pagerduty },
  { ...slackKind, load: async () => (await loadCode()).slack },
  { ...standardwebhooksKind, load: async () => (await loadCode()).standardwebhooks },
  { ...stripeKind, load: async () => (await loadCode()).stripe },
  { ...cloudwatchKind, load: async () => (await loadCode()).cloudwatch },
  { ...eventgridKind, load: async () => (await loadCode()).eventgrid },
];

export function loadKinds(listed: readonly ListedKind[]): Promise<readonly SourceKind[]> {
  return Promise.all(listed.map((kind) => kind.load()));
}
