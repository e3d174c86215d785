import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { BUILT_IN_ROLES } from '../../deployment/built-in-roles.ts';
import { MODULES, PLATFORM } from '../../deployment/data-operations.ts';
import {
  findMissing,
  findSuperfluous,
  type Grant,
  readGrants,
} from '../../deployment/granted-roles.ts';
import { findSdkCalls, type SdkCalls } from '../../deployment/sdk-calls.ts';
import { readSnapshot } from '../../deployment/snapshot.ts';

/** The identity of the app may do what the code calls, and nothing else. */

const root = resolve(import.meta.dirname, '../../..');
const PLANTED = 'test/fixtures/planted-sdk-call.ts';
const WEB_PUBSUB = 'Microsoft.SignalRService/webPubSub';

const needs = [...Object.values(MODULES), PLATFORM].flatMap((calls) => Object.values(calls).flat());
const grantsOf = (set: 'default' | 'everything', to: Grant['to']) =>
  readGrants(readSnapshot(set)).filter((grant) => grant.to === to);
const grants = grantsOf('everything', 'app');
const withoutType = (type: string) => needs.filter(({ on }) => on !== type);

describe('the table of data operations', () => {
  let calls: SdkCalls;
  let planted: readonly string[] | undefined;
  beforeAll(() => {
    const exclude = ['**/node_modules/**', 'shared/app/**'];
    const paths = globSync('{functions,shared}/**/*.ts', { cwd: root, exclude });
    const { [PLANTED]: found, ...rest } = findSdkCalls([...paths, PLANTED]);
    calls = rest;
    planted = found;
  });

  test("has every module that calls a library of Azure's services, and no other", () => {
    expect(Object.keys(MODULES).sort()).toEqual(Object.keys(calls).sort());
  });

  test('would lack a call that somebody adds', () => {
    expect(planted).toEqual(['QueueClient.clearMessages']);
  });

  test('has every call of each module, and no other', () => {
    for (const [module, names] of Object.entries(calls)) {
      expect(Object.keys(MODULES[module] ?? {}).sort(), module).toEqual([...names].sort());
    }
  });
});

describe('the roles', () => {
  test('allow what the code and the platform do, with everything on and by default', () => {
    expect(findMissing(grants, needs)).toEqual([]);
    expect(findMissing(grantsOf('default', 'app'), withoutType(WEB_PUBSUB))).toEqual([]);
  });

  test('are none too many', () => {
    expect(findSuperfluous(grants, needs)).toEqual([]);
    expect(findSuperfluous(grantsOf('default', 'app'), withoutType(WEB_PUBSUB))).toEqual([]);
  });

  test('are the same for whoever deploys, and nobody but the app has one by default', () => {
    const toTexts = (list: readonly Grant[]) =>
      list.map(({ role, resource }) => `${role.name} ${resource}`).sort();
    expect(toTexts(grantsOf('everything', 'deployer'))).toEqual(toTexts(grants));
    expect(grantsOf('default', 'deployer')).toEqual([]);
  });

  test('own each queue of Heddle and not their namespace, which an owner could delete', () => {
    const owned = grants.filter(({ role }) => role.name === 'Azure Service Bus Data Owner');
    expect(owned.map(({ resource }) => resource.replace(/^.*?\//, ''))).toEqual([
      'events',
      'events-ordered',
      'events-urgent',
    ]);
  });
});

describe('a fault in the roles', () => {
  test.each([...new Set(grants.map(({ role }) => role))])(
    'is found where $name is left out',
    (role) => {
      expect(
        findMissing(
          grants.filter((grant) => grant.role !== role),
          needs,
        ),
      ).not.toEqual([]);
    },
  );

  test('is found where one is too many', () => {
    const [sender] = grants.filter(({ role }) => role.name === 'Azure Service Bus Data Sender');
    const role = BUILT_IN_ROLES['090c5cfd-751d-490a-894a-3ce6f1109419'];
    if (!sender || !role) throw new Error('expected the roles of Service Bus');
    expect(findSuperfluous([...grants, { ...sender, role }], needs)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^Azure Service Bus Data Sender on sb-/)]),
    );
  });

  test('is found where it is on another resource', () => {
    const moved = grants.map((grant) =>
      grant.role.name === 'Key Vault Secrets User'
        ? { ...grant, type: 'Microsoft.Storage/storageAccounts' }
        : grant,
    );
    expect(findMissing(moved, needs)).toEqual([
      'Microsoft.KeyVault/vaults/secrets/getSecret/action on Microsoft.KeyVault/vaults',
    ]);
  });
});
