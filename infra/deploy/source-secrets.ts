import { readAll } from '../../shared/heddle/composition/read-definitions.ts';
import { createSources } from '../../shared/heddle/composition/running-sources.ts';
import { isJsonObject } from '../../shared/heddle/domain/json.ts';
import type { Trigger } from '../../shared/heddle/domain/trigger.ts';
import type { ConfiguredSource } from '../../shared/heddle/sources/load.ts';
import { type KnownToApp, loadUserApp } from '../user-app.ts';
import { isParts, readDeployed } from './read-definitions.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A source of a deployment, with the app settings that its secrets are in. */
export interface SourceSecrets {
  readonly name: string;
  /** Its path below `webhooks/`. */
  readonly path: string;
  /** False: neither the file nor code names it, and no trigger has it as its source. */
  readonly isUsed: boolean;
  /** Either of these lets senders in. Empty: it needs none. */
  readonly eitherOf: readonly string[];
  /** Settings that its own settings name. */
  readonly others: readonly string[];
  /** The secret that code gives, which is in no setting. Absent: it is no source in code. */
  readonly inCode?: string;
}

/** The definitions of a deployment, as far as its secrets are concerned. */
export interface Secretive {
  readonly sources: readonly SourceSecrets[];
  readonly triggers: readonly Trigger[];
}

interface Deployment {
  readonly known: KnownToApp;
  readonly env: Environment;
}

/** Proofs of a sender that need no secret. */
const WITHOUT_SECRET = new Set(['none', 'entra', 'ipAllowList', 'mtls']);

export async function readSecretive(root: string, env: Environment): Promise<Secretive> {
  const { value } = await readDeployed(root, env);
  const known = await loadUserApp(root);
  // Their faults are reported elsewhere, with lines; here what is sound is enough.
  const { sources, triggers } = await readAll({ json: JSON.stringify(value ?? {}) }, known);
  const given = isParts(value) ? value.sources : undefined;
  const named = new Set([
    ...Object.keys(isParts(given) ? given : {}),
    ...triggers.map(({ source }) => source),
  ]);
  const enabled = sources.filter(({ common }) => common.enabled !== false);
  return { triggers, sources: enabled.map((one) => toSecrets(one, named, { known, env })) };
}

/** Creates the source to learn its path, and which settings it asks for. */
function toSecrets(
  configured: ConfiguredSource,
  named: ReadonlySet<string>,
  { known: { runtime }, env }: Deployment,
): SourceSecrets {
  const { name, kind } = configured;
  const asked = new Set<string>();
  const readSecret = (setting: string) => {
    asked.add(setting);
    return { setting, value: '' };
  };
  const [created] = createSources([configured], { readSecret, fetchText: async () => '' });
  const identities = (created?.secrets ?? []).map(({ setting }) => setting);
  const inCode = runtime?.sources.all.find((one) => one.name === name)?.secret;
  return {
    name,
    path: toPath(kind.kind, name, created?.source.route),
    isUsed: named.has(name) || inCode !== undefined,
    eitherOf: inCode || needsNone(configured, env) ? [] : identities,
    others: [...asked].filter((setting) => !identities.includes(setting)),
    ...(inCode ? { inCode: inCode.value } : {}),
  };
}

function toPath(kind: string, name: string, route = name): string {
  return route === kind ? kind : `${kind}/${route}`;
}

/** The template's own Web PubSub service sends tokens, for which the template sets all there is. */
function needsNone({ kind, settings }: ConfiguredSource, env: Environment): boolean {
  if (kind.kind === 'webpubsub' && env.WEB_PUBSUB_ENABLED?.trim() === 'true') return true;
  if (!isJsonObject(settings)) return false;
  const { auth } = settings;
  return WITHOUT_SECRET.has(String(isJsonObject(auth) ? auth.kind : auth));
}
