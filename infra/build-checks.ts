import { isBuiltin } from 'node:module';
import type { Metafile } from 'esbuild';

/** The module that the Functions worker serves. */
const SERVED = '@azure/functions-core';

interface Rule {
  readonly pattern: RegExp;
  readonly hint: string;
}

const FOREIGN: readonly Rule[] = [
  {
    pattern:
      /^(shared\/heddle\/(cli|testing)|infra|test(?!\/fixtures))\/|node_modules\/(commander|@octokit)\//,
    hint: 'the command line, the testing kit and tests are not deployed',
  },
  {
    pattern: /node_modules\/zod\/.*\/locales\/(?!en\.)/,
    hint: "zod's languages: import it as `import { z } from 'zod'` alone",
  },
];

/** Packages that are large, or that few apps need. An app uses some of them, a start none. */
const LATER: Rule = {
  pattern:
    /node_modules\/(@azure\/(?!functions)|@azure-rest\/|@opentelemetry\/(?!api\/)|rhea|jose\/|yaml\/)/,
  hint: 'loaded at every start: import it with `await import()` where it is used',
};

/** Files that every start loads, with all their imports. */
const AT_START = ['functions/index.ts', 'shared/heddle/composition/open-app.ts'];

type Inputs = Metafile['inputs'];
type Outputs = Metafile['outputs'];
type Output = Outputs[string];

/** @throws where the bundle needs a package at run time, or contains forbidden code */
export function assertSound({ inputs, outputs }: Metafile): void {
  const started = findStarted(outputs);
  const faults = Object.entries(outputs).flatMap(([path, output]) => [
    ...findMissing(output),
    ...findForeign(output, started.has(path) ? [...FOREIGN, LATER] : FOREIGN),
    ...findNameless(output, inputs),
  ]);
  if (faults.length > 0) throw new Error(`The bundle is not sound:\n${faults.join('\n')}`);
}

/** Finds the output files that every start loads. */
function findStarted(outputs: Outputs): ReadonlySet<string> {
  const started = new Set<string>();
  const visit = (path: string) => {
    const output = outputs[path];
    if (!output || started.has(path)) return;
    started.add(path);
    for (const { kind, path: next } of output.imports) if (kind !== 'dynamic-import') visit(next);
  };
  for (const [path, { inputs }] of Object.entries(outputs)) {
    if (AT_START.some((start) => Object.hasOwn(inputs, start))) visit(path);
  }
  return started;
}

function findMissing({ imports }: Output): readonly string[] {
  return imports
    .filter(({ path, external }) => external && path !== SERVED && !isBuiltin(path))
    .map(({ path }) => `${path} is not there at run time: it could not be resolved`);
}

function findForeign({ inputs }: Output, rules: readonly Rule[]): readonly string[] {
  const used = Object.keys(inputs).filter((path) => (inputs[path]?.bytesInOutput ?? 0) > 0);
  return rules.flatMap(({ pattern, hint }) => {
    const found = used.filter((path) => pattern.test(path));
    return found.length === 0 ? [] : [`${found.slice(0, 3).join(', ')} is in it (${hint})`];
  });
}

/**
 * Reports CommonJS entry points: Node's `await import()` finds their names, but in a bundle it
 * finds none.
 */
function findNameless({ entryPoint = '' }: Output, inputs: Inputs): readonly string[] {
  if (inputs[entryPoint]?.format !== 'cjs') return [];
  return [`${entryPoint} is CommonJS: import it with \`import\` in a file that is imported later`];
}
