import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Language, type Node, Parser } from 'web-tree-sitter';

/** A Bicep file, parsed without the Bicep CLI. */
export interface BicepFile {
  readonly path: string;
  readonly root: Node;
  /** Syntax errors with their line, counted from 1, and text. */
  readonly faults: readonly { readonly line: number; readonly text: string }[];
}

export interface Declaration {
  readonly name: string;
  readonly node: Node;
  /** The source text after the name. */
  readonly text: string;
  readonly decorators: string;
}

type Kind = 'parameter' | 'variable' | 'output' | 'resource' | 'module' | 'type';

const GRAMMAR = fileURLToPath(import.meta.resolve('tree-sitter-bicep/tree-sitter-bicep.wasm'));

let parser: Promise<Parser> | undefined;

export async function readBicep(path: string): Promise<BicepFile> {
  return parseBicep(path, readFileSync(path, 'utf8'));
}

export async function parseBicep(path: string, text: string): Promise<BicepFile> {
  parser ??= createParser();
  const tree = (await parser).parse(text);
  if (!tree) throw new Error(`${path} was not parsed`);
  const root = tree.rootNode;
  return { path, root, faults: root.hasError ? findFaults(root) : [] };
}

async function createParser(): Promise<Parser> {
  await Parser.init();
  const created = new Parser();
  created.setLanguage(await Language.load(GRAMMAR));
  return created;
}

function findFaults(node: Node): BicepFile['faults'] {
  if (node.isError || node.isMissing) {
    return [{ line: node.startPosition.row + 1, text: node.text.slice(0, 60) }];
  }
  return node.children.flatMap((child) => (child?.hasError ? findFaults(child) : []));
}

/** Lists a file's declarations of one kind, in file order. */
export function findDeclarations({ root }: BicepFile, kind: Kind): readonly Declaration[] {
  return root.namedChildren.flatMap((node, index) => {
    if (node?.type !== `${kind}_declaration`) return [];
    const name = node.namedChildren.find((child) => child?.type === 'identifier');
    if (!name) return [];
    const before = root.namedChildren[index - 1];
    return {
      node,
      name: name.text,
      text: node.text.slice(name.endIndex - node.startIndex).trim(),
      decorators: before?.type === 'decorators' ? before.text : '',
    };
  });
}

/** Reads the keys of an object literal with their value nodes. */
export function readObject(node: Node | undefined): ReadonlyMap<string, Node> {
  const entries = (node?.namedChildren ?? [])
    .filter((child) => child?.type === 'object_property')
    .map((property): [string, Node] => {
      const [key, value] = (property?.namedChildren ?? []).filter((child) => child !== null);
      if (!key) throw new Error(`expected a key in ${property?.text}`);
      return [toText(key), value ?? key];
    });
  return new Map(entries);
}

/** Finds the first object literal below a node: the value of a variable, the body of a resource. */
export function findObject(node: Node): Node | undefined {
  return node.descendantsOfType('object').find((child) => child !== null) ?? undefined;
}

/** Converts a literal to its JavaScript value. */
export function readLiteral(node: Node): unknown {
  const children = node.namedChildren.filter((child) => child !== null);
  if (node.type === 'array') return children.map(readLiteral);
  if (node.type === 'object') {
    return Object.fromEntries(
      [...readObject(node)].map(([key, value]) => [key, readLiteral(value)]),
    );
  }
  if (node.type === 'number') return Number(node.text);
  if (node.type === 'boolean') return node.text === 'true';
  return toText(node);
}

function toText(node: Node): string {
  return node.type === 'string' ? node.text.slice(1, -1) : node.text;
}
