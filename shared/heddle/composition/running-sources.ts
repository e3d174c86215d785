import { type SourceIdentity, type SourceView, toSourceView } from '../api/sources.ts';
import { isJsonObject } from '../domain/json.ts';
import { RetryableError } from '../errors/errors.ts';
import type { SourceLog } from '../pipeline/counts/index.ts';
import type { RunningSource } from '../pipeline/ingest/index.ts';
import type { ConfiguredSource } from '../sources/load.ts';
import type { SourceContext } from '../sources/source.ts';

/** A source that receives, with what the API shows of it. */
export type NamedSource = RunningSource &
  SourceIdentity & {
    /** Whether it takes what anybody sends. */
    readonly isOpen: boolean;
  };

/** Creates the sources of the definitions, with their secrets. */
export function createSources(
  configured: readonly ConfiguredSource[],
  context: Pick<SourceContext, 'readSecret' | 'fetchText' | 'senders'>,
): readonly NamedSource[] {
  return configured.map(({ name, kind, common, settings }) => {
    const secrets = (common.secrets ?? kind.defaultSecrets ?? []).map(context.readSecret);
    const source = kind.create(settings, { ...context, name, secrets });
    const identities = secrets.map(({ setting, value }) => ({
      setting,
      isSet: value.trim() !== '',
    }));
    const isOpen = isUnverified(settings);
    return { name, kind: kind.kind, common, source, secrets: identities, isOpen };
  });
}

export async function listSources(
  sources: readonly SourceIdentity[],
  log: SourceLog,
): Promise<{ readonly items: readonly SourceView[] }> {
  const views = sources.map(async (identity) =>
    toSourceView(identity, await log.read(identity.name)),
  );
  return { items: await Promise.all(views) };
}

/** Warns at every start of sources that are configured to accept unverified requests. */
export function warnOfUnverifiedSources(sources: readonly ConfiguredSource[]): readonly string[] {
  return sources
    .filter(({ common, settings }) => common.enabled !== false && isUnverified(settings))
    .map(({ name }) => `source ${name} takes what anybody sends: its events are not verified`);
}

/** Says at every start which sources receive nothing, and which triggers get nothing from them. */
export function tellDisabledSources(
  sources: readonly ConfiguredSource[],
  triggers: readonly { readonly name: string; readonly source: string }[],
): readonly string[] {
  return sources
    .filter(({ common }) => common.enabled === false)
    .map(({ name, common }) => {
      const waiting = triggers.filter(({ source }) => source === name).map((one) => one.name);
      const status = common.disabledStatus ?? 404;
      const who = waiting.length === 0 ? 'no trigger needs it' : `it has ${waiting.join(', ')}`;
      return `source ${name} is disabled: its deliveries are answered ${status}, and ${who}`;
    });
}

function isUnverified(settings: unknown): boolean {
  return isJsonObject(settings) && settings.requireVerification === false;
}

/** Refuses every sender, since the trusted ones are unknown. Nothing is lost: senders try again. */
export async function refuse(): Promise<never> {
  const text = 'the triggers and sources cannot be read: see /health';
  throw new RetryableError('definitions_unreadable', text, { retryAfter: 60 });
}
