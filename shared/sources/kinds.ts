import { cloudevents } from './cloudevents/cloudevents.ts';
import { cloudwatch } from './cloudwatch/cloudwatch.ts';
import { custom } from './custom/custom.ts';
import { eventgrid } from './eventgrid/eventgrid.ts';
import { github } from './github/github.ts';
import { grafana } from './grafana/grafana.ts';
import { mcp } from './mcp/mcp.ts';
import { pagerduty } from './pagerduty/pagerduty.ts';
import { slack } from './slack/slack.ts';
import type { SourceKind } from './source.ts';
import { standardwebhooks } from './standardwebhooks/standardwebhooks.ts';
import { stripe } from './stripe/stripe.ts';
import { webpubsub } from './webpubsub/webpubsub.ts';

/** Every kind of sender that is known. Each has an HTTP function of its own. */
export const sourceKinds: readonly SourceKind[] = [
  github,
  webpubsub,
  mcp,
  cloudevents,
  grafana,
  custom,
  pagerduty,
  slack,
  standardwebhooks,
  stripe,
  cloudwatch,
  eventgrid,
];
