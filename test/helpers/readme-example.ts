import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

const page = new URL('../../shared/heddle/triggers/README.md', import.meta.url);

export interface ReadmeExample {
  /** The heading that it stands under. */
  readonly heading: string;
  /** Its place among the examples of this heading, from 0. */
  readonly index: number;
  /** As it stands on the page. */
  readonly text: string;
}

/** The YAML blocks of the page on triggers, in its order. */
export function readExamples(): readonly ReadmeExample[] {
  const examples: ReadmeExample[] = [];
  const parts = /^#+ (?<heading>.*)$|^```yaml\n(?<text>[\s\S]*?)^```$|^```[\s\S]*?^```$/gm;
  let [heading, index] = ['', 0];
  for (const { groups = {} } of readFileSync(page, 'utf8').matchAll(parts)) {
    if (groups.heading !== undefined) [heading, index] = [groups.heading, 0];
    if (groups.text !== undefined) examples.push({ heading, index: index++, text: groups.text });
  }
  return examples;
}

/**
 * An example of the page on triggers as a triggers file. A list is its triggers; fields are those of
 * one trigger, which has `name: example`, `source: emit` and `actor: log` where it says nothing else.
 * @throws there is no such example
 */
export function readmeExample(heading: string, index = 0): Readonly<Record<string, unknown>> {
  const found = readExamples().find((one) => one.heading === heading && one.index === index);
  if (!found) throw new Error(`no YAML block ${index} under the heading "${heading}"`);
  return toFile(parse(found.text, { merge: true }));
}

function toFile(written: unknown): Readonly<Record<string, unknown>> {
  if (Array.isArray(written)) return { triggers: written };
  const fields = written as Readonly<Record<string, unknown>>;
  if ('triggers' in fields || 'sources' in fields) return fields;
  return { triggers: [{ name: 'example', source: 'emit', actor: 'log', ...fields }] };
}
