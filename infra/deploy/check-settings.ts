import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SETTING_NAMES } from '../../shared/heddle/config/config.ts';
import { sourceKinds } from '../../shared/heddle/sources/kinds.ts';
import { type BicepFile, findDeclarations, findObject, readBicep, readObject } from './bicep.ts';
import type { Finding, Outcome } from './finding.ts';

const FILE = 'infra/main.bicep';
/** Always written, written where they have a value, and written with Web PubSub. */
const SETTINGS = ['settings', 'optionalSettings', 'webPubSubSettings'];

/** Settings with connection strings. A deployed app signs in by identity instead. */
const NEVER_DEPLOYED = new Set(['ServiceBus', 'Cosmos', 'AzureWebJobsStorage', 'WebPubSub']);

/** App Service truncates longer names, and refuses other characters on Linux. */
const SETTING_NAME = /^[A-Za-z0-9._]{1,53}$/;

/** Secrets that the preprovision hook makes. The vault holds them before any code reads them. */
const OWN_SECRETS = 'infra/hooks/own-secrets.json';

/** Checks that the template sets exactly the settings that the code reads. */
export async function checkSettings(root: string): Promise<Outcome> {
  const file = await readBicep(join(root, FILE));
  const settings = SETTINGS.flatMap((variable) => readKeys(file, variable));
  const secrets = readKeys(file, 'webhookSecrets');
  const read = SETTING_NAMES.deployed.filter((name) => !NEVER_DEPLOYED.has(name));
  const findings = [
    ...compare('settings', settings, read),
    ...compare(
      'webhookSecrets',
      secrets,
      sourceKinds.flatMap((kind) => kind.defaultSecrets),
    ),
    ...compareOwn(root, readKeys(file, 'ownSecrets')),
    ...[...settings, ...secrets].filter((name) => !SETTING_NAME.test(name)).map(toNameFinding),
  ];
  return { findings, summary: `${settings.length} settings, ${secrets.length} secrets` };
}

function compare(
  variable: string,
  written: readonly string[],
  read: readonly string[],
): readonly Finding[] {
  const report = (name: string, what: string, fix: string) => ({
    file: FILE,
    what: `${name} ${what}`,
    fix: `${fix} in "var ${variable}"`,
  });
  return [
    ...written
      .filter((name) => !read.includes(name))
      .map((name) => report(name, 'is written, but nothing reads it', 'take it out')),
    ...read
      .filter((name) => !written.includes(name))
      .map((name) => report(name, 'is read, but not written', 'add it')),
  ];
}

/** One that code reads belongs to the settings, so that the app gets it. */
function compareOwn(root: string, written: readonly string[]): readonly Finding[] {
  const made = JSON.parse(readFileSync(join(root, OWN_SECRETS), 'utf8')) as { name: string }[];
  const read = SETTING_NAMES.deployed.filter((name) => written.includes(name));
  const names = made.map(({ name }) => name);
  return [
    ...written
      .filter((name) => !names.includes(name))
      .map((name) => ({
        ...{ file: FILE, what: `${name} is kept in the vault, but no hook makes it` },
        fix: `add it to ${OWN_SECRETS}`,
      })),
    ...names
      .filter((name) => !written.includes(name))
      .map((name) => ({
        ...{ file: OWN_SECRETS, what: `${name} is made, but not kept in the vault` },
        fix: `add it in "var ownSecrets" of ${FILE}`,
      })),
    ...read.map((name) => ({
      ...{ file: FILE, what: `${name} is read now, and no setting names it` },
      fix: 'move it from "var ownSecrets" to the settings',
    })),
  ];
}

function toNameFinding(name: string): Finding {
  const what = `${name} cannot be the name of an app setting`;
  return { file: FILE, what, fix: 'at most 53 letters, digits, "." and "_"' };
}

/** Reads the keys of the first object in a variable's value. */
function readKeys(file: BicepFile, variable: string): readonly string[] {
  const found = findDeclarations(file, 'variable').find(({ name }) => name === variable);
  const object = found && findObject(found.node);
  return [...readObject(object).keys()];
}
