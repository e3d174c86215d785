import { globSync } from 'node:fs';
import { join } from 'node:path';
import { findDeclarations, readBicep } from './bicep.ts';
import type { Finding, Outcome } from './finding.ts';
import { readJson } from './read-json.ts';

const PARAMETERS = 'infra/main.parameters.json';

/** Not from azd, which parses JSON into doubles: it hands the same over as definitionsB64. */
const WITHOUT_SETTING = 'definitions';

/** Checks the syntax of every Bicep file. Types are left to the compiler that comes with azd. */
export async function checkForm(root: string): Promise<Outcome> {
  const paths = globSync('infra/**/*.bicep', { cwd: root }).sort();
  const findings: Finding[] = [];
  for (const path of paths) {
    const { faults } = await readBicep(join(root, path));
    findings.push(
      ...faults.map(({ line, text }) => ({
        file: `${path}:${line}`,
        what: `no Bicep, or newer than what can be read here: ${text}`,
        fix: 'correct it; keep to the syntax of Bicep 0.32',
      })),
    );
  }
  return { findings, summary: `${paths.length} files` };
}

/** Checks that azd's parameters and the template's parameters are the same. */
export async function checkParameters(root: string): Promise<Outcome> {
  const declared = findDeclarations(await readBicep(join(root, 'infra/main.bicep')), 'parameter');
  const given = readParameters(root);
  const findings: Finding[] = [
    ...Object.keys(given)
      .filter((name) => !declared.some((parameter) => parameter.name === name))
      .map((name) => ({
        file: PARAMETERS,
        what: `"${name}" is no parameter of main.bicep`,
        fix: 'take it out, or declare it',
      })),
    ...declared
      .filter(({ name }) => !Object.hasOwn(given, name) && name !== WITHOUT_SETTING)
      .map(({ name }) => ({
        file: PARAMETERS,
        what: `the parameter "${name}" of main.bicep is missing`,
        fix: `add "${name}": { "value": "\${A_NAME}" }`,
      })),
    ...Object.entries(given).flatMap(([name, value]) => checkValue(name, value)),
  ];
  return { findings, summary: `${declared.length} parameters` };
}

function checkValue(name: string, value: unknown): readonly Finding[] {
  if (typeof value === 'string' && /^\$\{[A-Z][A-Z0-9_]*\}$/.test(value)) return [];
  return [
    {
      file: PARAMETERS,
      what: `"${name}" is not the name of one setting of the azd environment`,
      // azd replaces ${…} within any value, and so within a trigger's templates too.
      fix: `write "\${A_NAME}", and its default in main.bicep`,
    },
  ];
}

/** The values of main.parameters.json by the names of the parameters. */
export function readParameters(root: string): Readonly<Record<string, unknown>> {
  const { parameters } = readJson<{ parameters: Record<string, { value: unknown }> }>(
    root,
    PARAMETERS,
  );
  return Object.fromEntries(Object.entries(parameters).map(([name, { value }]) => [name, value]));
}
