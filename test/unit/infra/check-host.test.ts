import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkParameters } from '../../../infra/deploy/check-bicep.ts';
import { checkDefinitions } from '../../../infra/deploy/check-definitions.ts';
import { checkHost, readLockRenewal } from '../../../infra/deploy/check-host.ts';

const repository = resolve(import.meta.dirname, '../../..');
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'heddle-host-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const write = (text: string) => writeFileSync(join(root, 'host.json'), text);

describe('deploy:check of host.json', () => {
  test('takes that of the repository', () => {
    expect(checkHost(repository).findings).toEqual([]);
    expect(readLockRenewal(repository)).toBe('01:00:00');
  });

  test.each(['{ "version": "2.0" }', '{ "extensions": { "http": { "routePrefix": "api" } } }'])(
    'refuses a prefix of routes, which is "api" where the file has none: %s',
    (text) => {
      write(text);
      const fix = 'set extensions.http.routePrefix to ""';
      expect(checkHost(root).findings).toMatchObject([{ file: 'host.json', fix }]);
      expect(readLockRenewal(root)).toBe('00:05:00');
    },
  );

  test('names the file that is missing or no JSON', async () => {
    expect(() => checkHost(root)).toThrow(/^host\.json cannot be read: ENOENT/);
    write('{');
    expect(() => checkHost(root)).toThrow(/^host\.json cannot be read: Expected/);
    const { findings } = await checkDefinitions(root, {});
    expect(findings).toMatchObject([{ file: 'infra/triggers.yaml' }]);
    await expect(checkParameters(repository)).resolves.toMatchObject({ findings: [] });
  });
});
