import { z } from 'zod';
import { MANUAL_SOURCE } from '../domain/built-in-sources.ts';
import { toPlainJson } from '../domain/exact-json.ts';
import type { JsonObject } from '../domain/json.ts';
import { toMisfitPaths } from '../domain/misfits.ts';
import { isRedactedAt } from '../domain/redact.ts';
import type { TriggerCode } from '../triggers/code/index.ts';
import type { CodeSource } from './code-source.ts';

/** A trigger as a triggers file has it, whatever its faults. */
export type WrittenInCode = { readonly name: string; readonly actor?: unknown };

/** A trigger in code, as plain data. */
export interface TriggerDefinition {
  readonly form: 'trigger';
  readonly name: string;
  readonly written: WrittenInCode;
  readonly code: TriggerCode;
  /** Schema of the data that a person executes it with. */
  readonly schema?: z.ZodType;
  /** The source of its endpoint. */
  readonly source?: CodeSource;
  /** Faults of its form; the trigger itself is checked as one of a file. */
  readonly faults: readonly string[];
}

/** Fields of a trigger, each of which may be code. */
export interface Given extends Readonly<Record<string, unknown>> {
  readonly name: string;
  readonly source?: unknown;
  readonly mode?: unknown;
  readonly filter?: unknown;
  readonly transform?: unknown;
  readonly schema?: unknown;
}

/** Separates what a triggers file can express from code. */
export function toTriggerDefinition(
  { filter, transform, schema, ...rest }: Given,
  faults: readonly string[] = [],
  source?: CodeSource,
): TriggerDefinition {
  const isInCode = schema instanceof z.ZodType;
  const isByHand = rest.source === MANUAL_SOURCE || rest.mode === 'manual';
  const described = isInCode && isByHand ? toJsonSchema(schema) : undefined;
  const inFile = { filter, transform, schema: isInCode ? described : schema };
  const written = Object.entries(inFile).filter(
    ([, part]) => part !== undefined && typeof part !== 'function',
  );
  return {
    ...{ form: 'trigger', name: rest.name, faults },
    written: { ...rest, ...Object.fromEntries(written) },
    code: {
      ...(typeof filter === 'function' ? { filter: filter as TriggerCode['filter'] } : {}),
      ...(typeof transform === 'function' ? { transform } : {}),
      ...(isInCode && rest.source !== MANUAL_SOURCE ? toMisfits(schema) : {}),
    } as TriggerCode,
    ...(isInCode ? { schema } : {}),
    ...(source ? { source } : {}),
  };
}

/** For people and pages. The data itself is checked with the zod schema. */
function toJsonSchema(schema: z.ZodType): unknown {
  const described = z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' });
  return JSON.parse(JSON.stringify(described));
}

/** Executed data is checked before it is an event, so the check is for other sources. */
function toMisfits(schema: z.ZodType): TriggerCode {
  const described = toJsonSchema(schema);
  return {
    findMisfits(data: JsonObject) {
      const issues = parse(schema, toPlainJson(data)).error?.issues ?? [];
      // Nobody can tell whether what was redacted did fit, so it does not refuse the event.
      const known = issues.filter(({ path }) => !isRedactedAt(data, path));
      return toMisfitPaths(known, described);
    },
  };
}

function parse(schema: z.ZodType, data: JsonObject) {
  try {
    return schema.safeParse(data);
  } catch (error) {
    const name = error instanceof Error ? error.name : typeof error;
    // No cause: it may quote the payload.
    throw new Error(`schema has thrown ${name}: it must not be async`);
  }
}
