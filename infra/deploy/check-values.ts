import { join } from 'node:path';
import { isJsonObject } from '../../shared/heddle/domain/json.ts';
import { type Declaration, findDeclarations, readBicep } from './bicep.ts';
import { readParameters } from './check-bicep.ts';
import type { Finding, Outcome } from './finding.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** azd asks Azure for these, whatever the environment says. */
const OF_AZD = new Set(['AZURE_PRINCIPAL_ID', 'AZURE_PRINCIPAL_TYPE']);

/**
 * Checks the values that azd will put in place of the parameters' names. azd itself takes the default
 * for a number or a truth that it cannot read, and says nothing. No value is printed.
 */
export async function checkValues(root: string, env: Environment): Promise<Outcome> {
  const types = findDeclarations(await readBicep(join(root, 'infra/types.bicep')), 'type');
  const declared = findDeclarations(await readBicep(join(root, 'infra/main.bicep')), 'parameter');
  const names = readParameters(root);
  const set = declared.flatMap((parameter) => {
    const setting = /^\$\{(\w+)\}$/.exec(String(names[parameter.name]))?.[1] ?? '';
    const value = env[setting];
    return value === undefined || OF_AZD.has(setting) ? [] : [{ parameter, setting, value }];
  });
  const findings = set.flatMap(({ parameter, setting, value }): readonly Finding[] => {
    const wanted = findFault(parameter, types, value);
    const what = 'is no value of its parameter';
    return wanted === undefined
      ? []
      : [{ file: setting, what, fix: `azd env set ${setting} ${wanted}` }];
  });
  return { findings, summary: `${set.length} of the azd environment` };
}

/** @returns what it should be; undefined where it is that */
function findFault(
  { text, decorators }: Declaration,
  types: readonly Declaration[],
  value: string,
): string | undefined {
  const type = /^[\w[\]]*/.exec(text)?.[0] ?? '';
  const alias = types.find(({ name }) => name === type);
  if (alias) return findFault({ ...alias, text: alias.text.replace(/^=\s*/, '') }, types, value);
  const allowed = /@allowed\(\[([^\]]*)\]\)/.exec(decorators)?.[1]?.split(/[\s,']+/);
  const choice = allowed?.filter((one) => one !== '').join('|');
  if (type === 'object') return isJson(value, isJsonObject) ? undefined : 'to a JSON object: {…}';
  if (type.endsWith('[]')) {
    return isJson(value, Array.isArray) ? undefined : 'to a JSON list of texts: […]';
  }
  if (type === 'string') return findTextFault(value, choice, decorators);
  // azd takes the default for a blank one.
  if (value === '') return undefined;
  if (type === 'bool') return /^(true|false)$/.test(value) ? undefined : 'true|false';
  return isNumber(value, choice, decorators) ? undefined : toNumberText(choice, decorators);
}

function findTextFault(value: string, choice: string | undefined, decorators: string) {
  if (choice !== undefined && !choice.split('|').includes(value)) return choice;
  if (value === '' && decorators.includes('@minLength')) return 'to a text that is not blank';
  // azd inserts it into the JSON of the parameters as it is.
  return isJson(`"${value}"`, (read) => read === value)
    ? undefined
    : 'to a text without ", \\ and line breaks; MORE_SECRETS_JSON takes any secret';
}

function isNumber(value: string, choice: string | undefined, decorators: string): boolean {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = readBounds(decorators);
  const isInside = Number(value) >= min && Number(value) <= max;
  return /^[+-]?\d+$/.test(value) && isInside && (choice?.split('|').includes(value) ?? true);
}

function toNumberText(choice: string | undefined, decorators: string): string {
  const { min, max } = readBounds(decorators);
  if (choice !== undefined) return choice;
  return `to a whole number from ${min ?? 'any'} to ${max ?? 'any'}`;
}

function readBounds(decorators: string): { readonly min?: number; readonly max?: number } {
  const [min, max] = ['min', 'max'].map((side) =>
    new RegExp(`@${side}Value\\((\\d+)\\)`).exec(decorators)?.at(1),
  );
  return { ...(min && { min: Number(min) }), ...(max && { max: Number(max) }) };
}

function isJson(text: string, isRight: (value: unknown) => boolean): boolean {
  try {
    return isRight(JSON.parse(text));
  } catch {
    return false;
  }
}
