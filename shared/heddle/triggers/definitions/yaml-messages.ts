import type { YAMLParseError, YAMLWarning } from 'yaml';
import { TOO_DEEP } from './yaml-aliases.ts';

const QUOTE = 'put a text that has such a sign in quotes';

/** What to do about a fault of the syntax: the library's own words say what it found only. */
const FIXES: readonly (readonly [RegExp, string])[] = [
  [/^Tabs are not allowed/, 'indent with spaces'],
  [/^Nested mappings are not allowed/, 'put a text with ": " in it in quotes'],
  [/^Plain value cannot start with/, QUOTE],
  [/^Unexpected scalar at node end/, 'put the whole text in quotes'],
  [/^Invalid escape sequence/, "double the backslash, or use ' for the quotes"],
  [/^(Not a YAML token|Block scalar header)/, 'put a text that begins with > or | in quotes'],
  [/^All (mapping|sequence) items must start/, 'indent it as the lines before it'],
];

/** Rewords what addresses the library's caller, not the file's author. */
export function toErrorText({ code, message }: YAMLParseError): string {
  if (code === 'MULTIPLE_DOCS') return 'a second document begins here: take the --- out';
  // The parser is recursive, and gives the error's text as it is.
  if (message.startsWith('Maximum call stack size')) return TOO_DEEP;
  const fix = FIXES.find(([pattern]) => pattern.test(message))?.[1];
  return fix === undefined ? message : `${message}: ${fix}`;
}

export function toWarningText({ code, message }: YAMLWarning): string {
  if (code !== 'TAG_RESOLVE_FAILED') return message;
  return `${message}, so it is passed over: put the text in quotes if it begins with "!", else take the tag out`;
}
