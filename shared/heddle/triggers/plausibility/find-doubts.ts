import type { Fault, ReadYaml } from '../../domain/fault.ts';
import { toFieldFault } from '../../domain/field-faults.ts';
import { isJsonObject } from '../../domain/json.ts';
import type { Trigger } from '../../domain/trigger.ts';
import { readClauses } from './clauses.ts';
import type { Doubt } from './doubt.ts';
import { toKnownEvent } from './known-event.ts';
import type { Subject } from './rule.ts';
import { RULES } from './rules.ts';
import type { Surroundings } from './surroundings.ts';
import { readTemplatePaths } from './template-paths.ts';

/**
 * Finds what is probably not meant in triggers that have no fault, with its line.
 * @param read the file that the triggers were read from
 */
export function findDoubts(
  triggers: readonly Trigger[],
  read: ReadYaml,
  surroundings: Surroundings,
): readonly Fault[] {
  if ('faults' in read) return [];
  const written = readWritten(read.value);
  const found = triggers.flatMap((trigger): readonly Fault[] => {
    const { index, item } = written.get(trigger.name) ?? {};
    return doubtTrigger(trigger, item ?? {}, surroundings).map(({ path, message }) => ({
      line: read.locate(['triggers', index ?? 0, ...path]),
      trigger: trigger.name,
      message,
    }));
  });
  return found.toSorted((a, b) => a.line - b.line);
}

/** What is doubtful in a trigger. Each message begins with its place, and each place has one. */
export function doubtTrigger(
  trigger: Trigger,
  written: Readonly<Record<string, unknown>>,
  surroundings: Surroundings,
  rules = RULES,
): readonly Doubt[] {
  const subject = toSubject(trigger, written, surroundings);
  const found = new Map<string, Doubt>();
  for (const { find } of rules) {
    for (const { path, message } of find(subject)) {
      const place = path.join('\n');
      if (!found.has(place))
        found.set(place, { path, message: toFieldFault(path, message).message });
    }
  }
  return [...found.values()];
}

function toSubject(
  trigger: Trigger,
  written: Readonly<Record<string, unknown>>,
  surroundings: Surroundings,
): Subject {
  const kind = surroundings.kindOf(trigger.source);
  const isMade = surroundings.transformed?.has(trigger.name) ?? false;
  return {
    ...{ trigger, written, kind, surroundings },
    event: toKnownEvent(trigger, kind),
    clauses: readClauses(trigger),
    templates: readTemplatePaths(trigger, isMade || trigger.transform !== undefined),
  };
}

interface Written {
  readonly index: number;
  readonly item: Readonly<Record<string, unknown>>;
}

function readWritten(value: unknown): ReadonlyMap<string, Written> {
  const list = isJsonObject(value) && Array.isArray(value.triggers) ? value.triggers : [];
  return new Map(
    list.flatMap((item, index) =>
      isJsonObject(item) ? [[String(item.name), { index, item }] as const] : [],
    ),
  );
}
