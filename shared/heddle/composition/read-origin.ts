import { readFileSync } from 'node:fs';
import { parseExactJson, toPlainJson } from '../domain/exact-json.ts';
import type { ReadYaml } from '../domain/fault.ts';
import { toUnquotedText } from '../domain/quoted-numbers.ts';

/** A triggers file, or the JSON that a deployment put into settings; `name` is for its faults. */
export type Origin = { readonly path: string } | { readonly json: string; readonly name?: string };

export async function readOrigin(origin: Origin): Promise<{ read: ReadYaml; name: string }> {
  if ('json' in origin) {
    return { read: readJson(origin.json), name: origin.name ?? 'TRIGGERS_B64_00' };
  }
  const name = origin.path;
  const text = readText(name);
  if (text === undefined) return { read: { faults: [{ line: 1, message: MISSING }] }, name };
  // Loaded lazily, as YAML's parser takes longer to load than all the rest here.
  const { readYaml } = await import('../triggers/definitions/read-yaml.ts');
  return { read: readYaml(text), name };
}

const MISSING = 'the file cannot be read: create it, or name another with HEDDLE_TRIGGERS_FILE';

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

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
