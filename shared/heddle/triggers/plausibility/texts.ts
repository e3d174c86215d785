import type { Path } from './doubt.ts';

export interface Text {
  readonly path: Path;
  readonly text: string;
}

/** The texts within a value, with their positions. */
export function listTexts(value: unknown, path: Path): readonly Text[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (typeof value !== 'object' || value === null) return [];
  const isList = Array.isArray(value);
  return Object.entries(value).flatMap(([key, item]) =>
    listTexts(item, [...path, isList ? Number(key) : key]),
  );
}

/** A name in the form of shells and of composed files; `${{ … }}` is a price before a template. */
const PLACEHOLDER = /\$\{(?!\{)\s*(?:env[.:])?([A-Za-z_][\w.-]*)[^{}]*\}/;

/** The name of the setting that a text asks for in a way that nothing replaces: `${TOKEN}`. */
export function findPlaceholder(text: string): string | undefined {
  return PLACEHOLDER.exec(text)?.[0];
}
