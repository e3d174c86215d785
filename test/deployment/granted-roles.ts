import { BUILT_IN_ROLES, type Role } from './built-in-roles.ts';
import type { Need } from './data-operations.ts';
import type { Resource, Snapshot } from './snapshot.ts';

/** A role of the app's identity, or of whoever deploys, on one resource. */
export interface Grant {
  readonly role: Role;
  /** The name of the resource, with those of its parents. */
  readonly resource: string;
  readonly type: string;
  readonly to: 'app' | 'deployer';
}

const ROLE_ASSIGNMENT = /roleAssignments$/i;
/** An id of a resource in a resource group, up to the quote that ends it. */
const RESOURCE = /\/resourceGroups\/[^/']+\/providers\/([^']+)/;

export function readGrants({ predictedResources }: Snapshot): readonly Grant[] {
  return predictedResources.filter(({ type }) => ROLE_ASSIGNMENT.test(type)).map(toGrant);
}

function toGrant({ id, properties }: Resource): Grant {
  const { roleDefinitionId, principalId, scope } = properties as Readonly<Record<string, string>>;
  const role = BUILT_IN_ROLES[String(roleDefinitionId).split('/').at(-1) ?? ''];
  if (!role) throw new Error(`${roleDefinitionId} is not among the built-in roles`);
  const path = RESOURCE.exec(scope ?? id)?.[1]?.replace(/\/providers\/.*/, '') ?? '';
  return { role, ...toResource(path), to: principalId?.startsWith('[') ? 'app' : 'deployer' };
}

/** Splits `Provider/type/name/type/name`. */
function toResource(path: string): Pick<Grant, 'resource' | 'type'> {
  const [provider, ...parts] = path.split('/');
  const types = parts.filter((_, index) => index % 2 === 0);
  const names = parts.filter((_, index) => index % 2 === 1);
  return { resource: names.join('/'), type: [provider, ...types].join('/') };
}

/** Says whether a role on a resource, or on its parent, allows what is needed. */
export function isAllowed({ role, type }: Grant, { on, action }: Need): boolean {
  if (on !== type && !on.startsWith(`${type}/`)) return false;
  return role.allows.some((pattern) => toPattern(pattern).test(action));
}

function toPattern(text: string): RegExp {
  const parts = text.split('*').map((part) => part.replaceAll('.', '\\.'));
  return new RegExp(`^${parts.join('.*')}$`, 'i');
}

/** Lists what no role allows. */
export function findMissing(grants: readonly Grant[], needs: readonly Need[]): readonly string[] {
  const missing = needs.filter((need) => !grants.some((grant) => isAllowed(grant, need)));
  return [...new Set(missing.map(({ on, action }) => `${action} on ${on}`))].sort();
}

/** Lists the roles without which everything would still be allowed. */
export function findSuperfluous(
  grants: readonly Grant[],
  needs: readonly Need[],
): readonly string[] {
  return grants
    .filter((grant) => {
      // Three queues have the same role, and each needs its own.
      const others = grants.filter(({ role, type }) => role !== grant.role || type !== grant.type);
      return findMissing(others, needs).length === findMissing(grants, needs).length;
    })
    .map(({ role, resource }) => `${role.name} on ${resource}`);
}
