import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { parseExactJson, toPlainJson } from '../../shared/heddle/domain/exact-json.ts';
import type { Fault, ReadYaml } from '../../shared/heddle/domain/fault.ts';
import { toOwnLine } from '../../shared/heddle/triggers/definitions/index.ts';
import type { Finding } from './finding.ts';
import type { Deployed, WrittenText } from './read-definitions.ts';

type Sound = Extract<ReadYaml, { readonly value: unknown }>;
type Path = readonly PropertyKey[];

/** Finds the first value that the deployed app would read otherwise than a laptop does. */
export function findChanged({ file, read, value }: Deployed, encoded: string): readonly Finding[] {
  const json = Buffer.from(encoded, 'base64').toString('utf8');
  const path = findDifference(toPlainJson(value ?? {}), toPlainJson(parseExactJson(json)));
  if (!path) return [];
  const place = read && 'value' in read ? toPlace(file, read, path) : file;
  const what = `${path.join('.')} has no value of JSON, such as .inf or .nan, and would arrive as null`;
  return [{ file: place, what, fix: 'write a number or a text' }];
}

function toPlace(name: string, read: Sound, path: Path): string {
  const fault: Fault = { line: read.locate(path), message: '' };
  const { file = name, line } = toOwnLine(fault, read.files);
  return `${file}:${line}`;
}

function findDifference(ours: unknown, theirs: unknown, path: Path = []): Path | undefined {
  if (ours === theirs) return undefined;
  if (typeof ours !== 'object' || typeof theirs !== 'object' || !ours || !theirs) return path;
  const keys = Object.keys(ours);
  const others = Object.keys(theirs);
  if (keys.length !== others.length) return path;
  for (const key of keys) {
    if (!Object.hasOwn(theirs, key)) return [...path, key];
    const at = Array.isArray(ours) ? Number(key) : key;
    const found = findDifference(Reflect.get(ours, key), Reflect.get(theirs, key), [...path, at]);
    if (found) return found;
  }
  return undefined;
}

/** The reader of the file has bounded what its aliases make. */
const UNCOUNTED = { maxAliasCount: -1 } as const;

/** Refuses values that YAML versions read differently, since Bicep has a YAML parser of its own. */
export function findOtherReading({ name, text }: WrittenText): readonly Finding[] {
  const ours = JSON.stringify(parseDocument(text, { merge: true }).toJS(UNCOUNTED));
  const theirs = JSON.stringify(parseDocument(text, { version: '1.1' }).toJS(UNCOUNTED));
  if (ours === theirs) return [];
  const what =
    'has a value that YAML 1.1, and so perhaps Bicep, reads otherwise: a bare date, yes, no, on, off or 0777';
  return [{ file: name, what, fix: 'put it in quotes' }];
}

/** Finds hooks that leave out what alone carries TRIGGERS_JSON and the whole file to Azure. */
export function findUnsent(root: string): readonly Finding[] {
  if (!existsSync(join(root, 'azure.yaml'))) return [];
  const hooks = ['azure.yaml', ...globSync('infra/hooks/*.{mjs,js,ts,sh,ps1}', { cwd: root })];
  const isSent = hooks.some((path) => CALL.test(readFileSync(join(root, path), 'utf8')));
  if (isSent) return [];
  const what =
    'no hook sends the definitions: TRIGGERS_JSON would be ignored, and the file arrive as Bicep reads it';
  return [
    { file: 'azure.yaml', what, fix: 'run node infra/resolve-definitions.ts in preprovision' },
  ];
}

const CALL = /resolve-definitions|deploy:definitions/;
