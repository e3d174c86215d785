import { readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import ts from 'typescript';

/** Finds by their types which methods of Azure's libraries the product calls. */

const root = resolve(import.meta.dirname, '../..');
/** Not the model of functions, which calls no service. */
const LIBRARY = /node_modules\/(@azure\/(?!functions|core-|abort|logger)[\w-]+)\//;
const IMPORT = /(from|import\()\s*'@azure\/(?!functions)/;
/** Modules that get clients from others may import nothing. */
const CLIENTS = /^shared\/heddle\/(adapters\/(azure|telemetry)|connectors)\//;

export type SdkCalls = Readonly<Record<string, readonly string[]>>;

/** Lists `Class.method` and `new Class` by module, for the modules that call such a library. */
export function findSdkCalls(paths: readonly string[]): SdkCalls {
  const files = paths.filter(
    (path) => CLIENTS.test(path) || IMPORT.test(readFileSync(join(root, path), 'utf8')),
  );
  const program = ts.createProgram(
    files.map((path) => join(root, path)),
    {
      ...readOptions(),
      noEmit: true,
      skipLibCheck: true,
    },
  );
  const checker = program.getTypeChecker();
  const found = files.sort().map((path): [string, readonly string[]] => {
    const source = program.getSourceFile(join(root, path));
    return [path, source ? callsOf(source, checker) : []];
  });
  return Object.fromEntries(found.filter(([, calls]) => calls.length > 0));
}

function readOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  return ts.parseJsonConfigFileContent(config, ts.sys, root).options;
}

function callsOf(source: ts.SourceFile, checker: ts.TypeChecker): readonly string[] {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      const declaration = checker.getResolvedSignature(node)?.declaration;
      const name = declaration && toName(declaration);
      if (name !== undefined) names.add(name);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return [...names].sort();
}

function toName(declaration: ts.SignatureDeclaration | ts.JSDocSignature): string | undefined {
  const path = relative(root, declaration.getSourceFile().fileName);
  if (!LIBRARY.test(path) || declaration.parent === undefined) return undefined;
  const owner = toText(declaration.parent);
  if (ts.isConstructorDeclaration(declaration)) return `new ${owner}`;
  return [owner, toText(declaration)].filter(Boolean).join('.');
}

/** The name of what is declared. */
function toText(node: ts.Node): string {
  return (node as ts.Node & { readonly name?: ts.Node }).name?.getText() ?? '';
}
