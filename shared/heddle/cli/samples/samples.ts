import { createCloudEventsSample } from './cloudevents.ts';
import { createCloudWatchSample } from './cloudwatch.ts';
import { createCustomSample } from './custom.ts';
import { createEventGridSample } from './eventgrid.ts';
import { createGitHubSample } from './github.ts';
import { createGrafanaSample } from './grafana.ts';
import { createMcpSample } from './mcp.ts';
import { createPagerDutySample } from './pagerduty.ts';
import type { SampleOptions, SampleRequest } from './sample-request.ts';
import { createSlackSample } from './slack.ts';
import { createStandardWebhooksSample } from './standardwebhooks.ts';
import { createStripeSample } from './stripe.ts';
import { createWebPubSubSample } from './webpubsub.ts';

/** Creates signed deliveries of one type. @throws {CliError} for a type without an example */
export type CreateSample = (
  type: string,
  readSetting: (name: string) => string,
  options?: SampleOptions,
) => () => SampleRequest;

/** Samples by source kind, for the sources of infra/examples/all-sources.yaml. */
export const samples: Readonly<Record<string, CreateSample>> = {
  github: (type, readSetting, options) =>
    createGitHubSample(type, readSetting('GITHUB_WEBHOOK_SECRET'), options),
  slack: createSlackSample,
  stripe: createStripeSample,
  pagerduty: createPagerDutySample,
  grafana: createGrafanaSample,
  cloudwatch: createCloudWatchSample,
  eventgrid: createEventGridSample,
  webpubsub: createWebPubSubSample,
  standardwebhooks: createStandardWebhooksSample,
  cloudevents: createCloudEventsSample,
  custom: createCustomSample,
  mcp: createMcpSample,
};
