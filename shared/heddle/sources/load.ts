import { z } from 'zod';
import { findNearest } from '../domain/did-you-mean.ts';
import type { Fault, ReadYaml } from '../domain/fault.ts';
import { type FieldFault, toFieldFault, toFieldFaults } from '../domain/field-faults.ts';
import { ENGINE_SOURCES } from './built-in.ts';
import { type CommonSettings, commonSettings } from './settings.ts';
import type { SourceKind } from './source.ts';

/** A source as in the triggers file, or its kind's default if the file does not name it. */
export interface ConfiguredSource {
  readonly name: string;
  readonly kind: SourceKind;
  readonly common: CommonSettings;
  readonly settings: unknown;
}

export interface LoadedSources {
  /** The file's sources, then each unnamed kind that needs no settings. */
  readonly sources: readonly ConfiguredSource[];
  /** Names of these and of sources with faults: a reference to one of those is no fault. */
  readonly names: readonly string[];
  readonly faults: readonly Fault[];
}

/** Compiling a schema pays for itself only when it is used often. */
const ONCE = { jitless: true } as const;

function createNameSchema(taken: readonly string[]) {
  return z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'expected lower-case letters, digits, "_" or "-"')
    .refine((name) => !taken.includes(name), {
      error: `a source of this name is there already: choose another than ${taken.join(', ')}`,
    });
}

const FileSchema = z.looseObject({ sources: z.record(z.string(), z.unknown()).nullish() });

/**
 * Reads the sources from a parsed triggers file, and finds every fault in them.
 * @param taken names of sources that exist without configuration
 */
export function loadSources(
  read: ReadYaml,
  kinds: readonly SourceKind[],
  taken = ENGINE_SOURCES,
): LoadedSources {
  const nameSchema = createNameSchema(taken);
  const given = 'faults' in read ? {} : readGiven(read.value);
  const sources: ConfiguredSource[] = [];
  const faults: Fault[] = [];
  for (const [name, value] of Object.entries(given)) {
    const wrong = nameSchema.safeParse(name, ONCE).error?.issues;
    const result = wrong
      ? { faults: toFieldFaults(wrong, nameSchema) }
      : loadSource(name, value, kinds);
    if ('source' in result) sources.push(result.source);
    else if (!('faults' in read)) {
      faults.push(...result.faults.map((fault) => toFault(fault, name, read.locate)));
    }
  }
  const defaults = toDefaults(kinds, new Set(Object.keys(given)));
  const names = [...Object.keys(given), ...defaults.map(({ name }) => name)];
  return { sources: [...sources, ...defaults], names, faults };
}

function readGiven(value: unknown): Readonly<Record<string, unknown>> {
  const file = FileSchema.safeParse(value, ONCE);
  return file.success ? (file.data.sources ?? {}) : {};
}

function loadSource(
  name: string,
  value: unknown,
  kinds: readonly SourceKind[],
): { readonly source: ConfiguredSource } | { readonly faults: readonly FieldFault[] } {
  const kindName = (value as { readonly kind?: unknown } | null)?.kind ?? name;
  const kind = kinds.find((candidate) => candidate.kind === kindName);
  if (!kind) return { faults: [toUnknownKind(String(kindName), kinds)] };
  const schema = z.strictObject({ ...commonSettings, ...kind.settings.shape });
  const parsed = schema.safeParse(value ?? {}, ONCE);
  if (!parsed.success) return { faults: toFieldFaults(parsed.error.issues, schema) };
  const { common, settings } = split(parsed.data);
  const checked = kind.settings.safeParse(settings, ONCE);
  return checked.success
    ? { source: { name, kind, common, settings: checked.data } }
    : { faults: toFieldFaults(checked.error.issues, kind.settings) };
}

function toUnknownKind(given: string, kinds: readonly SourceKind[]): FieldFault {
  const known = kinds.map(({ kind }) => kind);
  const nearest = findNearest(given, known);
  const hint = nearest === undefined ? '' : `: did you mean ${nearest}?`;
  return toFieldFault(['kind'], `unknown kind "${given}" (known: ${known.join(', ')})${hint}`);
}

function split(all: Readonly<Record<string, unknown>>): {
  readonly common: CommonSettings;
  readonly settings: Readonly<Record<string, unknown>>;
} {
  const entries = Object.entries(all);
  const isCommon = ([key]: [string, unknown]) => Object.hasOwn(commonSettings, key);
  return {
    common: Object.fromEntries(entries.filter(isCommon)) as CommonSettings,
    settings: Object.fromEntries(entries.filter((entry) => !isCommon(entry))),
  };
}

function toFault(
  { path, message }: FieldFault,
  name: string,
  locate: (path: readonly PropertyKey[]) => number,
): Fault {
  return { line: locate(['sources', name, ...path]), message: `source ${name}: ${message}` };
}

/** A kind that the file does not name is a source under its own name if it needs no settings. */
function toDefaults(
  kinds: readonly SourceKind[],
  named: ReadonlySet<string>,
): readonly ConfiguredSource[] {
  return kinds
    .filter(({ kind }) => !named.has(kind))
    .flatMap((kind) => {
      const settings = kind.settings.safeParse({}, ONCE);
      if (!settings.success) return [];
      return [{ name: kind.kind, kind, common: {}, settings: settings.data }];
    });
}
