import {
  type SampleOptions,
  type SampleRequest,
  toSampleTools,
} from '../cli/samples/sample-request.ts';
import { samples } from '../cli/samples/samples.ts';
import { findNearest } from '../domain/did-you-mean.ts';
import type { ConfiguredSource } from '../sources/load.ts';
import { signCustom } from './sign-custom.ts';
import { listSecretSettings } from './test-secrets.ts';

export interface Signing extends SampleOptions {
  /** The source's name. */
  readonly source: string;
  readonly type: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** Kind of the sources that say themselves how their senders are authenticated. */
const CUSTOM = 'custom';

/**
 * Signs an example, or another payload, as the sender of a source does.
 * @throws {Error} the source is not configured; {@link CliError} there is no such example
 */
export function signDelivery(
  sources: readonly ConfiguredSource[],
  signing: Signing,
): SampleRequest {
  const { source: name, type, settings } = signing;
  const source = sources.find((one) => one.name === name) ?? refuse(sources, name);
  const [setting = ''] = listSecretSettings(source);
  const secret = settings[setting] ?? '';
  if (source.kind.kind === CUSTOM) {
    return signCustom(source, { type, secret, tools: toSampleTools(signing) });
  }
  const create = samples[source.kind.kind];
  if (!create) throw new Error(`There are no examples of ${source.kind.kind}: sign it yourself`);
  const request = create(type, () => secret, signing)();
  return toSource(request, source);
}

function refuse(sources: readonly ConfiguredSource[], name: string): never {
  const names = sources.map((one) => one.name);
  const nearest = findNearest(name, names);
  const hint = nearest === undefined ? `Known: ${names.join(', ')}` : `Did you mean ${nearest}?`;
  throw new Error(`There is no source "${name}" that takes webhooks. ${hint}`);
}

/** A source of another name than its kind has a path of its own. */
function toSource(request: SampleRequest, { name, kind, settings }: ConfiguredSource) {
  const path =
    name === kind.kind
      ? request.path
      : request.path.replace(`webhooks/${kind.kind}`, `webhooks/${kind.kind}/${name}`);
  return { ...request, path, headers: { ...request.headers, ...toSubscription(settings) } };
}

/** An MCP server delivers under the id of a subscription, which the source must know. */
function toSubscription(settings: unknown): Readonly<Record<string, string>> {
  const { subscriptions } = settings as { readonly subscriptions?: object };
  const [id] = Object.keys(subscriptions ?? {});
  return id === undefined ? {} : { 'x-mcp-subscription-id': id };
}
