import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findBicepCli, SNAPSHOT_VERSION } from '../../../infra/deploy/bicep-cli.ts';
import { checkCompiled, compile } from '../../../infra/deploy/check-compiled.ts';
import { MODULES, PLATFORM } from '../../deployment/data-operations.ts';
import { findMissing, readGrants } from '../../deployment/granted-roles.ts';
import { copyTemplate, readSnapshot, SETS, takeSnapshot } from '../../deployment/snapshot.ts';

/**
 * What Bicep's own compiler says. Without one these tests are skipped; with `BICEP` set, as CI does,
 * they fail where it is not one that runs.
 */

const repository = resolve(import.meta.dirname, '../../..');
const found = findBicepCli(process.env);
const cli = 'why' in found ? undefined : found;
const isSnapshotVersion = cli?.version === SNAPSHOT_VERSION;

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'heddle-compiler-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Copies the template with triggers of our own: those of infra/ are the user's. */
function copyInfra(): string {
  const folder = mkdtempSync(join(root, 'infra-'));
  cpSync(join(repository, 'infra'), join(folder, 'infra'), {
    recursive: true,
    filter: (path) => !/infra\/(local|examples)|\.ts$/.test(path),
  });
  const triggers = join(repository, 'test/fixtures/deployment/triggers.yaml');
  cpSync(triggers, join(folder, 'infra/triggers.yaml'));
  return folder;
}

function edit(folder: string, path: string, from: string | RegExp, to: string): void {
  const before = readFileSync(join(folder, path), 'utf8');
  const after = before.replace(from, to);
  expect(after).not.toBe(before);
  writeFileSync(join(folder, path), after);
}

/** A nested deployment or a resource of a compiled template. */
interface Compiled {
  readonly type: string;
  readonly dependsOn?: readonly string[];
  readonly copy?: { readonly batchSize?: number };
  readonly properties?: { readonly template?: Template };
}

interface Template {
  readonly resources: Readonly<Record<string, Compiled>>;
}

/** Everything that a resource waits for. */
function findBefore(template: Template, name: string): ReadonlySet<string> {
  const direct = template.resources[name]?.dependsOn ?? [];
  return new Set(direct.flatMap((one) => [one, ...findBefore(template, one)]));
}

const rolesIn = (one: Compiled) =>
  Object.values(one.properties?.template?.resources ?? {}).filter(({ type }) =>
    /roleAssignments$/i.test(type),
  );

describe('where CI names a compiler', () => {
  test.runIf(process.env.BICEP)('it is there', () => {
    expect(found).toMatchObject({ version: expect.any(String) });
  });
});

describe('a compiler that is newer than the template', () => {
  const sarif = (level: string, ruleId: string) => {
    const uri = pathToFileURL(join(root, 'infra/main.bicep')).href;
    const physicalLocation = { artifactLocation: { uri }, region: { startLine: 7 } };
    const result = { level, ruleId, message: { text: 'x' }, locations: [{ physicalLocation }] };
    return JSON.stringify({ runs: [{ results: [result] }] });
  };
  const check = (version: string, output: string) => {
    const path = join(root, 'bicep-stub');
    const script = `#!/bin/sh
[ "$1" = --version ] && echo 'Bicep CLI version ${version} (0)' && exit
echo '${output}' >&2; echo '{}'
`;
    writeFileSync(path, script, { mode: 0o755 });
    return checkCompiled(root, { env: { BICEP: path }, isRequired: true });
  };

  test('stops a deployment by its errors, and only warns of what its linter has against it', () => {
    const advice = sarif('warning', 'a-new-rule');
    expect(check('9.0.0', advice)).toMatchObject({
      ...{ findings: [], warnings: ['infra/main.bicep:7: a-new-rule: x'] },
    });
    expect(check(SNAPSHOT_VERSION, advice).findings).toHaveLength(1);
    expect(check('9.0.0', sarif('warning', 'BCP037')).findings).toHaveLength(1);
    expect(check('9.0.0', sarif('error', 'a-new-rule')).findings).toHaveLength(1);
  });
});

describe.skipIf(!cli)('the compiler (skipped without a Bicep CLI)', () => {
  test('finds nothing in the template, which grants roles early and makes the app last', () => {
    if (!cli) return;
    const { findings, warnings, template } = compile(cli, copyInfra());
    expect([...findings, ...warnings]).toEqual([]);
    const main = template as Template;
    const granting = Object.entries(main.resources).filter(([, one]) => rolesIn(one).length > 0);
    expect(granting.map(([name]) => name).sort()).toEqual(
      ['cosmos', 'keyVault', 'monitoring', 'serviceBus', 'storage', 'webPubSub'].sort(),
    );
    for (const [name, one] of granting) {
      expect([...findBefore(main, name)].sort(), name).toEqual(['group', 'identity']);
      expect(findBefore(main, 'functionApp')).toContain(name);
      // Within its module a role waits for the resource that it is on, and for nothing else.
      for (const role of rolesIn(one)) expect(role.dependsOn?.length, name).toBeLessThan(3);
    }
    const chained = Object.values(main.resources.cosmos?.properties?.template?.resources ?? {});
    expect(chained.find(({ type }) => type.endsWith('sqlRoleAssignments'))?.copy).toMatchObject({
      batchSize: 1,
    });
  });

  test('finds a property, a type and a rule of the linter, with file and line', () => {
    const folder = copyInfra();
    edit(folder, 'infra/app/service-bus.bicep', 'lockDuration:', 'lockDuraton:');
    edit(folder, 'infra/app/function-app.bicep', "version: '24'", 'version: 24');
    edit(
      folder,
      'infra/app/network.bicep',
      'param name string',
      'param unused string = name\nparam name string',
    );
    const env = { BICEP: cli?.path ?? '' };
    const { findings } = checkCompiled(folder, { env, isRequired: true });
    expect(findings.map(({ file, what }) => `${file} ${what}`).sort()).toEqual([
      expect.stringMatching(/^infra\/app\/function-app\.bicep:\d+ BCP036: .*"version".*string/),
      expect.stringMatching(/^infra\/app\/network\.bicep:1 no-unused-params: .*"unused"/),
      expect.stringMatching(/^infra\/app\/service-bus\.bicep:\d+ BCP089: .*"lockDuration"\?/),
    ]);
  });
});

describe.skipIf(!isSnapshotVersion)(
  `the snapshots (skipped without Bicep ${SNAPSHOT_VERSION})`,
  () => {
    let folder: string;
    beforeAll(() => {
      folder = copyTemplate();
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    test.each(SETS)('are current: %s (npm run deploy:snapshot)', (set) => {
      if (cli) expect(takeSnapshot(cli, folder, set)).toEqual(readSnapshot(set));
    });

    test('lack a role that the template leaves out', () => {
      if (!cli) return;
      edit(folder, 'infra/app/storage.bicep', 'roles.storageQueueDataContributor, ', '');
      const grants = readGrants(takeSnapshot(cli, folder, 'everything'));
      const calls = [...Object.values(MODULES), PLATFORM].flatMap((one) =>
        Object.values(one).flat(),
      );
      expect(findMissing(grants, calls)).toContainEqual(
        'Microsoft.Storage/storageAccounts/queueServices/queues/messages/write on Microsoft.Storage/storageAccounts',
      );
    });
  },
);

describe('deploy:check without a compiler', () => {
  const nowhere = () => ({ PATH: '', HOME: root });

  test('says so, and how to get one, without a fault', () => {
    const { findings, summary } = checkCompiled(root, { env: nowhere(), isRequired: false });
    expect(findings).toEqual([]);
    expect(summary).toBe(
      'not run: no Bicep CLI was found (az bicep install, or set BICEP to its path)',
    );
  });

  test('is a fault where it is required, or where BICEP names another thing', () => {
    const { findings } = checkCompiled(root, { env: nowhere(), isRequired: true });
    expect(findings).toMatchObject([{ what: 'no Bicep CLI was found' }]);
    const env = { ...nowhere(), BICEP: join(root, 'none') };
    expect(checkCompiled(root, { env, isRequired: false }).findings).toMatchObject([
      { what: expect.stringContaining('is no Bicep CLI that runs') },
    ]);
  });

  test.skipIf(process.platform === 'win32')('finds the one of azd, unless it is too old', () => {
    const write = (version: string) => {
      mkdirSync(join(root, '.azd/bin'), { recursive: true });
      const path = join(root, '.azd/bin/bicep');
      writeFileSync(path, `#!/bin/sh\necho "Bicep CLI version ${version} (abc)"\n`);
      chmodSync(path, 0o755);
      return path;
    };
    const path = write('0.45.15');
    expect(findBicepCli(nowhere())).toEqual({ path, version: '0.45.15' });
    write('0.9.1');
    expect(findBicepCli(nowhere())).toEqual({
      why: `the Bicep CLI ${path} is 0.9.1, and 0.45.0 or later is needed`,
      isAsked: false,
    });
  });
});
