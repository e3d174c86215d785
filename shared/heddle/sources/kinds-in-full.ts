import { cloudevents } from './cloudevents/cloudevents.ts';
import { cloudwatch } from './cloudwatch/cloudwatch.ts';
import { createCustomKind, custom } from './custom/custom.ts';
import { eventgrid } from './eventgrid/eventgrid.ts';
import { github } from './github/github.ts';
import { grafana } from './grafana/grafana.ts';
import { mcp } from './mcp/mcp.ts';
import { pagerduty } from './pagerduty/pagerduty.ts';
import { slack } from './slack/slack.ts';
import { standardwebhooks } from './standardwebhooks/standardwebhooks.ts';
import { stripe } from './stripe/stripe.ts';
import { webpubsub } from './webpubsub/webpubsub.ts';

/**
 * The code of every kind. One file of the bundle holds it all: on a cold start opening a file takes
 * longer than the code in it.
 */
export const codeOfKinds = {
  cloudevents,
  cloudwatch,
  createCustomKind,
  custom,
  eventgrid,
  github,
  grafana,
  mcp,
  pagerduty,
  slack,
  standardwebhooks,
  stripe,
  webpubsub,
};
