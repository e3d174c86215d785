import { readGrants } from './granted-roles.ts';
import type { Resource, Snapshot } from './snapshot.ts';

/** The part of infra/README.md that is made from the snapshots: resources, roles, settings. */

export const BEGIN = '<!-- made by npm run deploy:snapshot: begin -->';
export const END = '<!-- made by npm run deploy:snapshot: end -->';

/** `everything` is what there is with each parameter that adds something. */
export interface Deployments {
  readonly default: Snapshot;
  readonly everything: Snapshot;
}

const ON_DEMAND = 'on demand';

export function replaceList(page: string, list: string): string {
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`expected ${BEGIN} … ${END}`);
  return `${before}${BEGIN}\n\n${list}\n\n${END}${after}`;
}

export function toList(deployments: Deployments): string {
  const text = [
    ...['Resources; `on demand`: only with a parameter.', toResources(deployments)],
    ...['Roles of the app, and with `DEPLOYER_ACCESS` of whoever deploys.', toRoles(deployments)],
    ...['App settings.', toSettings(deployments)],
  ].join('\n\n');
  const identity = findOne(deployments.default, 'Microsoft.ManagedIdentity/userAssignedIdentities');
  return text
    .replaceAll(identity.name.replace(/^id-/, ''), '{id}')
    .replaceAll('rg-heddle', 'rg-{environment}');
}

function toTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function findOne({ predictedResources }: Snapshot, type: string): Resource {
  const found = predictedResources.find((resource) => resource.type === type);
  if (!found) throw new Error(`there is no ${type}`);
  return found;
}

const isRole = ({ type }: Resource) => /roleAssignments$/i.test(type);
const isTopLevel = ({ type }: Resource) => type.split('/').length === 2;

function toResources({ default: usual, everything }: Deployments): string {
  const known = new Set(usual.predictedResources.map(({ id }) => id));
  const rows = everything.predictedResources
    .filter((resource) => isTopLevel(resource) && !isRole(resource))
    .map((resource) => [
      `\`${resource.name}\``,
      resource.type,
      toParts(resource, everything.predictedResources, known),
      known.has(resource.id) ? '' : ON_DEMAND,
    ]);
  return toTable(['name', 'type', 'with', ''], rows);
}

/** Lists what is inside a resource: `containers: claims, documents`. */
function toParts(parent: Resource, all: readonly Resource[], known: ReadonlySet<string>): string {
  const parts = new Map<string, string[]>();
  const inside = all.filter((one) => !isRole(one) && one.name.startsWith(`${parent.name}/`));
  for (const { type, name, id } of inside) {
    if (!type.startsWith(`${parent.type}/`)) continue;
    const isUsual = known.has(id) || !known.has(parent.id);
    const kind = `${type.split('/').at(-1)}${isUsual ? '' : ` (${ON_DEMAND})`}`;
    const names = type.endsWith('/secrets') ? ['see below'] : [name.split('/').at(-1) ?? ''];
    parts.set(kind, [...new Set([...(parts.get(kind) ?? []), ...names])]);
  }
  return [...parts]
    .filter(([, names]) => names.join() !== 'default')
    .map(([kind, names]) => `${kind}: ${names.join(', ')}`)
    .join('; ');
}

function toRoles({ everything }: Deployments): string {
  const resources = new Map<string, string[]>();
  for (const { role, resource, to } of readGrants(everything)) {
    if (to === 'app') resources.set(role.name, [...(resources.get(role.name) ?? []), resource]);
  }
  const rows = [...resources].map(([role, on]) => {
    return [role, on.map((name) => `\`${name}\``).join(', ')];
  });
  return toTable(['role', 'on'], rows);
}

export function readSettings(snapshot: Snapshot): Readonly<Record<string, string>> {
  const { properties = {} } = findOne(snapshot, 'Microsoft.Web/sites/config');
  return properties as Readonly<Record<string, string>>;
}

function toSettings({ default: usual, everything }: Deployments): string {
  const known = readSettings(usual);
  const rows = Object.entries(readSettings(everything))
    .filter(([, value]) => !isSecret(value))
    .map(([name, value]) => [
      `\`${name}\``,
      toText(known[name] ?? value),
      Object.hasOwn(known, name) ? '' : ON_DEMAND,
    ]);
  return `${toTable(['setting', 'value', ''], rows)}\n\n${toSecrets(readSettings(everything))}`;
}

/** Leaves out the names of the test's own `moreSecrets`, and second values. */
function toSecrets(settings: Readonly<Record<string, string>>): string {
  const names = Object.entries(settings)
    .filter(([name, value]) => isSecret(value) && !/^acme/i.test(name) && !name.endsWith('_2'))
    .map(([name]) => `\`${name}\`${Object.hasOwn(settings, `${name}_2`) ? ' (and `_2`)' : ''}`);
  return `Secrets in the key vault, with a setting of the same name that refers to it, each where it has a value: ${names.join(', ')}; and those of \`MORE_SECRETS_JSON\`.`;
}

const isSecret = (value: string) => value.includes('@Microsoft.KeyVault(');

/** Shows a value that only Azure knows by where it comes from. */
function toText(value: string): string {
  if (!value.startsWith('[')) {
    return value.length > 80 ? 'base64 of the definitions' : `\`${value}\``;
  }
  const [, path = '', property = ''] = /reference\('([^']+)'[^)]*\)\.([\w.]+)/.exec(value) ?? [];
  const source = `\`${property}\` of \`${path.split('/').at(-1)}\``;
  const format = /^\[format\('([^']*)'/.exec(value)?.[1];
  return format === undefined ? source : `\`${format.replace('{0}', '…')}\`, with ${source}`;
}
