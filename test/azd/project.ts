import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export interface Hook {
  readonly run: string;
  readonly interactive?: boolean;
}

/** An azure.yaml with one Node service of the project's folder, and hooks of the project. */
export interface Project {
  readonly root: string;
  readonly hooks: Readonly<Record<string, Hook>>;
  /** The folder that is deployed. */
  readonly dist: string;
}

interface AzureYaml {
  readonly hooks?: Readonly<Record<string, Hook>>;
  readonly services: Readonly<Record<string, { readonly project: string; readonly dist: string }>>;
}

export function readProject(root: string): Project {
  const { hooks = {}, services } = parse(
    readFileSync(join(root, 'azure.yaml'), 'utf8'),
  ) as AzureYaml;
  const [service, ...others] = Object.values(services);
  if (service?.project !== '.' || others.length > 0) {
    throw new Error('the stand-in knows one service, in the folder of azure.yaml');
  }
  return { root, hooks, dist: join(root, service.dist) };
}
