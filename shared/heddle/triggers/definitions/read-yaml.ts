import {
  type Alias,
  type Document,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  parseDocument,
  type Scalar,
  visit,
  type YAMLParseError,
} from 'yaml';
import type { ReadYaml } from '../../domain/fault.ts';
import { findRoundedDigits, toUnquotedText } from '../../domain/quoted-numbers.ts';

/** Bounds the expansion of aliases: more is a file made to exhaust its reader. */
const MAX_ALIAS_COUNT = 100;

/** Reads a YAML text (so JSON as well), with every syntax fault. */
export function readYaml(text: string): ReadYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
  const toLine = (offset: number) => lines.linePos(offset).line;
  const aliases = findAliases(document);
  const faults = [
    ...document.errors.map((error) => ({ line: toLine(error.pos[0]), message: toText(error) })),
    ...aliases
      .filter((alias) => alias.resolve(document) === undefined)
      .map((alias) => ({ line: toLine(toOffset(alias)), message: toLooseText(alias) })),
  ];
  if (faults.length > 0) return { faults };
  try {
    const unquoted = quoteRounded(document).map((node) => ({
      line: toLine(toOffset(node)),
      message: toUnquotedText(node.source),
    }));
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIAS_COUNT });
    return { value, locate: (path) => toLine(findOffset(document, path)), unquoted };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { faults: [{ line: toLine(aliases[0] ? toOffset(aliases[0]) : 0), message }] };
  }
}

/** The library's message about several documents addresses its caller, not the file's author. */
function toText({ code, message }: YAMLParseError): string {
  return code === 'MULTIPLE_DOCS' ? 'a second document begins here: take the --- out' : message;
}

function findAliases(document: Document.Parsed): readonly Alias[] {
  const aliases: Alias[] = [];
  visit(document, {
    Alias: (_, alias) => {
      aliases.push(alias);
    },
  });
  return aliases;
}

/** Replaces each number that the parser has rounded by the text of its digits. @returns them */
function quoteRounded(document: Document.Parsed): readonly Scalar[] {
  const quoted: Scalar[] = [];
  visit(document, {
    Scalar: (_, scalar) => {
      if (typeof scalar.value !== 'number' || scalar.source === undefined) return;
      const digits = findRoundedDigits(scalar.source);
      if (digits === undefined) return;
      scalar.value = digits;
      quoted.push(scalar);
    },
  });
  return quoted;
}

function toLooseText({ source }: Alias): string {
  return `*${source} has no anchor &${source} before it`;
}

/** A value in a mapping begins with its key, a value in a list with itself. */
function findOffset(document: Document.Parsed, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const parent = document.getIn(path.slice(0, length - 1), true);
    const name = path[length - 1];
    const node = isMap(parent)
      ? parent.items.find(({ key }) => isScalar(key) && key.value === name)?.key
      : document.getIn(path.slice(0, length), true);
    if (isNode(node)) return toOffset(node);
  }
  return document.contents ? toOffset(document.contents) : 0;
}

function toOffset({ range }: { readonly range?: readonly number[] | null | undefined }): number {
  return range?.[0] ?? 0;
}
