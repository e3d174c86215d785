import type { SecretUse, SourceStats } from '../domain/source-stats.ts';

/** A source with its traffic and the use of its secrets. */
export interface SourceView extends Omit<SourceStats, 'id' | 'updatedAt' | 'secrets'> {
  readonly name: string;
  readonly kind: string;
  /** The path of the source's webhook. */
  readonly path: string;
  /** Present if it is disabled: its deliveries are refused. */
  readonly enabled?: false;
  readonly secrets: readonly SecretView[];
}

export interface SecretView extends Partial<SecretUse> {
  readonly setting: string;
  readonly isSet: boolean;
  readonly hits: number;
}

/** The app's own knowledge of a source, without its traffic. */
export interface SourceIdentity {
  readonly name: string;
  readonly kind: string;
  readonly secrets: readonly { readonly setting: string; readonly isSet: boolean }[];
  readonly common?: { readonly enabled?: boolean | undefined };
}

export function toSourceView(identity: SourceIdentity, stats: SourceStats): SourceView {
  const { name, kind } = identity;
  const { id: _id, updatedAt: _at, secrets: used, ...traffic } = stats;
  return {
    ...{ name, kind, path: name === kind ? `/webhooks/${kind}` : `/webhooks/${kind}/${name}` },
    ...(identity.common?.enabled === false ? { enabled: false as const } : {}),
    ...traffic,
    secrets: identity.secrets.map((secret) => ({ ...secret, hits: 0, ...used[secret.setting] })),
  };
}
