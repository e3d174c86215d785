import { type Body, type Expression, TemplateFault } from './ast.ts';
import { compileBody } from './compile-body.ts';
import { compileNode } from './compile-expression.ts';
import type { Evaluate, Run } from './frame.ts';
import { parseTemplate } from './parser.ts';

const MAX_TEMPLATE_CHARS = 10_000;
/** Messages quote the template, which may be long, but never values. */
const MAX_REASON_CHARS = 300;

/** A template that was checked. */
export interface Parsed {
  readonly run: Run;
  /** Set if the template is one expression with nothing but white space around it. */
  readonly whole?: Evaluate;
  /** Whether it has several lines, so that an error names its own. */
  readonly hasLines: boolean;
  /** Names that it uses without declaring them. */
  readonly roots: readonly string[];
}

export type Compiled = Parsed | { readonly fault: string };

/** Parses and checks a template. */
export function compileTemplate(text: string): Compiled {
  if (text.length > MAX_TEMPLATE_CHARS) {
    return { fault: `expected a template of at most ${MAX_TEMPLATE_CHARS} characters` };
  }
  const hasLines = text.trim().includes('\n');
  try {
    const body = parseTemplate(text);
    const context = { used: new Set<string>(), declared: new Set<string>() };
    const run = compileBody(body, { context, depth: 0, isInLoop: false });
    const whole = findWhole(body);
    return {
      run,
      hasLines,
      roots: [...context.used].filter((name) => !context.declared.has(name)),
      ...(whole && { whole: compileNode(whole, context, 1) }),
    };
  } catch (error) {
    const line = hasLines && error instanceof TemplateFault ? error.line : undefined;
    return { fault: `expected a Jinja template: ${toReason(error)}${toLine(line)}` };
  }
}

function findWhole(body: Body): Expression | undefined {
  const parts = body.filter((part) => part.type !== 'Text' || part.text.trim() !== '');
  const [only] = parts;
  return parts.length === 1 && only?.type === 'Output' ? only.value : undefined;
}

export function toLine(line: number | undefined): string {
  return line === undefined ? '' : ` (line ${line} of the text)`;
}

export function toReason(error: unknown): string {
  return (error as Error).message.slice(0, MAX_REASON_CHARS);
}
