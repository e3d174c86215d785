import { z } from 'zod';
import type { Fault, ReadYaml } from '../yaml.ts';
import { type CommonSettings, commonSettings } from './settings.ts';
import type { SourceKind } from './source.ts';

/** A source as the triggers file has it, or as its kind has it where the file says nothing. */
export interface ConfiguredSource {
  readonly name: string;
  readonly kind: SourceKind;
  readonly common: CommonSettings;
  readonly settings: unknown;
}

export interface LoadedSources {
  /** Those of the file, then each kind's own that the file does not name and that needs no setting. */
  readonly sources: readonly ConfiguredSource[];
  readonly faults: readonly Fault[];
}

/** Compiling a schema pays for itself only when it is used often. */
const ONCE = { jitless: true } as const;

const NameSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'expected lower-case letters, digits, "_" or "-"');

const FileSchema = z.looseObject({ sources: z.record(z.string(), z.unknown()).nullish() });

/** Takes the sources out of what was read of a triggers file, and finds every fault in them. */
export function loadSources(read: ReadYaml, kinds: readonly SourceKind[]): LoadedSources {
  const given = 'faults' in read ? {} : readGiven(read.value);
  const sources: ConfiguredSource[] = [];
  const faults: Fault[] = [];
  for (const [name, value] of Object.entries(given)) {
    const result = loadSource(name, value, kinds);
    if ('source' in result) sources.push(result.source);
    else if (!('faults' in read)) {
      faults.push(...result.issues.map((issue) => toFault(issue, name, read.locate)));
    }
  }
  return { sources: [...sources, ...toDefaults(kinds, new Set(Object.keys(given)))], faults };
}

function readGiven(value: unknown): Readonly<Record<string, unknown>> {
  const file = FileSchema.safeParse(value, ONCE);
  return file.success ? (file.data.sources ?? {}) : {};
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

function loadSource(
  name: string,
  value: unknown,
  kinds: readonly SourceKind[],
): { readonly source: ConfiguredSource } | { readonly issues: readonly Issue[] } {
  const named = NameSchema.safeParse(name, ONCE);
  if (!named.success) return { issues: named.error.issues };
  const kindName = (value as { readonly kind?: unknown } | null)?.kind ?? name;
  const kind = kinds.find((candidate) => candidate.kind === kindName);
  if (!kind) {
    const known = kinds.map((candidate) => candidate.kind).join(', ');
    return {
      issues: [{ path: ['kind'], message: `unknown kind "${kindName}" (known: ${known})` }],
    };
  }
  const shape = { ...commonSettings, ...kind.settings.shape };
  const parsed = z.strictObject(shape).safeParse(value ?? {}, ONCE);
  if (!parsed.success) return { issues: parsed.error.issues };
  const { common, settings } = split(parsed.data);
  const checked = kind.settings.safeParse(settings, ONCE);
  return checked.success
    ? { source: { name, kind, common, settings: checked.data } }
    : { issues: checked.error.issues };
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
  { path, message }: Issue,
  name: string,
  locate: (path: readonly PropertyKey[]) => number,
): Fault {
  const text = path.length === 0 ? message : `${path.join('.')}: ${message}`;
  return { line: locate(['sources', name, ...path]), message: `source ${name}: ${text}` };
}

/** A kind that the file does not name is there under its own name, if it can do without settings. */
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
