import { parseExactJson, toPlainJson } from '../domain/exact-json.ts';
import type { ReadYaml } from '../domain/fault.ts';
import { toUnquotedText } from '../domain/quoted-numbers.ts';
import type { ReadFiles } from './read-files.ts';

/** A triggers file, or the JSON that a deployment put into settings; `name` is for its faults. */
export type Origin = { readonly path: string } | { readonly json: string; readonly name?: string };

/** What an origin says. */
export interface FoundOrigin extends Partial<Pick<ReadFiles, 'watched' | 'texts'>> {
  readonly read: ReadYaml;
  readonly name: string;
}

export async function readOrigin(origin: Origin): Promise<FoundOrigin> {
  if ('json' in origin) {
    return { read: readJson(origin.json), name: origin.name ?? 'TRIGGERS_B64_00' };
  }
  const name = origin.path;
  // Loaded lazily, as YAML's parser takes longer to load than all the rest here.
  const { readYaml } = await import('../triggers/definitions/read-yaml.ts');
  const { readFiles } = await import('./read-files.ts');
  return { ...readFiles(name, readYaml), name };
}

/** The JSON is compact, so all its faults are in line 1. */
function readJson(text: string): ReadYaml {
  try {
    const exact = parseExactJson(text);
    const value = toPlainJson(exact);
    const unquoted = value === exact ? [] : [{ line: 1, message: toUnquotedText() }];
    return { value, locate: () => 1, unquoted };
  } catch {
    return {
      faults: [{ line: 1, message: 'it is not the base64 of a JSON text: deploy it again' }],
    };
  }
}
