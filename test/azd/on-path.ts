import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('main.ts', import.meta.url));

/** @returns a folder with an `azd`, and a PATH that begins with it */
export function putAzdOnPath(path = process.env.PATH ?? ''): {
  readonly folder: string;
  readonly path: string;
} {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-azd-bin-'));
  const azd = join(folder, 'azd');
  writeFileSync(azd, `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`);
  chmodSync(azd, 0o755);
  return { folder, path: `${folder}${delimiter}${path}` };
}
