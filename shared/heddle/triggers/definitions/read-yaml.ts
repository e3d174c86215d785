import { LineCounter, type Node, parseDocument } from 'yaml';
import type { Fault, ReadYaml } from '../../domain/fault.ts';
import { toUnquotedText } from '../../domain/quoted-numbers.ts';
import { type NodeFault, resolveAliases } from './yaml-aliases.ts';
import { toErrorText, toWarningText } from './yaml-messages.ts';
import { findNode } from './yaml-position.ts';
import { YamlValues } from './yaml-value.ts';

/** The keys are compared by `YamlValues`, which knows the lines of both. */
const OPTIONS = { prettyErrors: false, merge: true, uniqueKeys: false } as const;

/** Reads a YAML text (so JSON as well), with every syntax fault. */
export function readYaml(text: string): ReadYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, { ...OPTIONS, lineCounter: lines });
  const toLine = (offset: number) => lines.linePos(offset).line;
  const lineOf = (node: Node) => toLine(toOffset(node));
  const { targets, faults: aliasFaults } = resolveAliases(document);
  const toFault = ({ node, message }: NodeFault): Fault => ({ line: lineOf(node), message });
  const faults = [
    ...findUnreadable(text, toLine),
    ...document.errors.map((error) => ({
      line: toLine(error.pos[0]),
      message: toErrorText(error),
    })),
    ...aliasFaults.map(toFault),
  ];
  if (faults.length > 0) return { faults: sort(faults) };
  const values = new YamlValues(targets, lineOf);
  const value = values.convert(document.contents);
  if (values.faults.length > 0) return { faults: sort(values.faults.map(toFault)) };
  const unquoted = values.rounded.map((node) =>
    toFault({ node, message: toUnquotedText(node.source) }),
  );
  const warnings = document.warnings.map((warning) => ({
    ...{ line: toLine(warning.pos[0]), message: toWarningText(warning) },
  }));
  const locate = (path: readonly PropertyKey[]) => {
    const node = findNode(document.contents, path, targets);
    return node ? lineOf(node) : 1;
  };
  return { value, locate, unquoted, warnings };
}

/** What the parser takes for letters, and no editor shows. */
function findUnreadable(text: string, toLine: (offset: number) => number): readonly Fault[] {
  const offset = text.indexOf('\0');
  if (offset < 0) return [];
  return [{ line: toLine(offset), message: 'there is a NUL byte: save the file as UTF-8' }];
}

/** One line may have the same fault from the parser and from what reads its result. */
function sort(faults: readonly Fault[]): readonly Fault[] {
  const unlike = new Map(faults.map((fault) => [`${fault.line} ${fault.message}`, fault]));
  return [...unlike.values()].toSorted((a, b) => a.line - b.line);
}

function toOffset({ range }: { readonly range?: readonly number[] | null | undefined }): number {
  return range?.[0] ?? 0;
}
