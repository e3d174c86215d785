import { isBuiltin } from 'node:module';
import type { Metafile } from 'esbuild';

/** Served by the Functions worker. */
const SERVED = '@azure/functions-core';

const FOREIGN: readonly { readonly pattern: RegExp; readonly hint: string }[] = [
  {
    pattern: /^(shared\/cli|infra|test)\/|node_modules\/(commander|@octokit)\//,
    hint: 'the command line and tests are not deployed',
  },
  {
    pattern: /node_modules\/zod\/.*\/locales\/(?!en\.)/,
    hint: "zod's languages: import it as `import { z } from 'zod'` alone",
  },
];

/** @throws where the bundle needs a package at run time, or carries what it should not */
export function assertSound({ outputs }: Metafile): void {
  const faults = Object.values(outputs).flatMap((output) => [
    ...findMissing(output),
    ...findForeign(output),
  ]);
  if (faults.length > 0) throw new Error(`The bundle is not sound:\n${faults.join('\n')}`);
}

type Output = Metafile['outputs'][string];

function findMissing({ imports }: Output): readonly string[] {
  return imports
    .filter(({ path, external }) => external && path !== SERVED && !isBuiltin(path))
    .map(({ path }) => `${path} is not there at run time: it could not be resolved`);
}

function findForeign({ inputs }: Output): readonly string[] {
  const used = Object.keys(inputs).filter((path) => (inputs[path]?.bytesInOutput ?? 0) > 0);
  return FOREIGN.flatMap(({ pattern, hint }) => {
    const found = used.filter((path) => pattern.test(path));
    return found.length === 0 ? [] : [`${found.slice(0, 3).join(', ')} is in it (${hint})`];
  });
}
