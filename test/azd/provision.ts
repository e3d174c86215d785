import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findDeclarations, readBicep } from '../../infra/deploy/bicep.ts';
import type { AzdEnvironment } from './environment.ts';
import type { Project } from './project.ts';

interface ParameterFile {
  readonly parameters: Readonly<Record<string, { readonly value: string }>>;
}

/** Resolves the parameters, keeps them, and sets the outputs that an Azure would give. */
export async function provision({ root }: Project, environment: AzdEnvironment): Promise<void> {
  environment.reload();
  const text = readFileSync(join(root, 'infra/main.parameters.json'), 'utf8');
  const { parameters } = JSON.parse(text) as ParameterFile;
  const types = await readTypes(root);
  const resolved = Object.entries(parameters).flatMap(([name, { value }]) => {
    const found = environment.lookup(value.slice('${'.length, -1));
    return found === undefined ? [] : [[name, toValue(name, types.get(name), found)]];
  });
  const file = join(environment.folder, 'parameters.json');
  writeFileSync(file, JSON.stringify(Object.fromEntries(resolved), null, 2));
  environment.set(toOutputs(environment.name));
}

async function readTypes(root: string): Promise<ReadonlyMap<string, string>> {
  const declared = findDeclarations(await readBicep(join(root, 'infra/main.bicep')), 'parameter');
  return new Map(declared.map(({ name, text }) => [name, text.split(/[\s=]/, 1)[0] ?? '']));
}

/**
 * azd parses lists and objects, inserts a text into JSON as it is, and takes the default, without a word,
 * for a number or a truth that it cannot read.
 */
function toValue(name: string, type = 'string', text: string): unknown {
  const isText = type === 'string';
  const isParsed = type === 'object' || type.endsWith('[]');
  try {
    return JSON.parse(isText ? `"${text}"` : text) as unknown;
  } catch (cause) {
    if (!isText && !isParsed) return undefined;
    throw new Error(`substituting parameter '${name}' (${type}): not valid`, { cause });
  }
}

function toOutputs(name: string): Readonly<Record<string, string>> {
  const uri = `https://func-${name}.azurewebsites.net`;
  return {
    AZURE_RESOURCE_GROUP: `rg-${name}`,
    SERVICE_API_NAME: `func-${name}`,
    SERVICE_API_URI: uri,
    WEBHOOK_BASE_URL: `${uri}/webhooks`,
    KEY_VAULT_NAME: `kv-${name}`,
  };
}
