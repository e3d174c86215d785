import { type Event, toEventView } from '../../domain/event.ts';
import { toForEach } from '../../domain/for-each.ts';
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import type { Trigger } from '../../domain/trigger.ts';
import { TerminalError } from '../../errors/errors.ts';
import { findPathFault, followPath, Work } from '../json-path/index.ts';
import { namesSetting, type TextFault } from '../text-fault.ts';

type Mapping = Readonly<Record<string, string>>;
type Find = (text: string, place: string) => Json | undefined;

export interface Mapped {
  readonly found: JsonObject;
  /** Keys whose path leads nowhere. */
  readonly lost: readonly string[];
}

/**
 * Applies `inputMapping` to an event, as templates see it. A key whose path leads nowhere is
 * absent.
 * @throws {TerminalError} `path_invalid`
 */
export function mapEvent(
  trigger: Pick<Trigger, 'name' | 'inputMapping'>,
  event: Pick<Event, 'data' | 'fields'>,
): Mapped {
  const find = createFinder(trigger, toEventView(event));
  return mapAll(trigger.inputMapping, 'inputMapping', find);
}

/**
 * Applies `outputMapping` to the output of the ended run: by path or, without `$`, by the name of a
 * top-level key.
 * @throws {TerminalError} `path_invalid`
 */
export function mapOutputs(
  trigger: Pick<Trigger, 'name' | 'outputMapping'>,
  outputs: Json = null,
): Mapped {
  const follow = createFinder(trigger, outputs);
  return mapAll(trigger.outputMapping, 'outputMapping', (text, place) => {
    if (isPath(text)) return follow(text, place);
    return isJsonObject(outputs) && Object.hasOwn(outputs, text) ? outputs[text] : undefined;
  });
}

/** Finds every path of a trigger that is invalid. */
export function findPathFaults({
  inputMapping = {},
  outputMapping = {},
  forEach,
}: Pick<Trigger, 'inputMapping' | 'outputMapping' | 'forEach'>): readonly TextFault[] {
  const paths = Object.entries(outputMapping).filter(([, text]) => isPath(text));
  return [
    ...findListFaults(forEach),
    ...findFaults('inputMapping', Object.entries(inputMapping)),
    ...findFaults('outputMapping', paths),
    ...findSettingFaults('inputMapping', inputMapping),
    ...findSettingFaults('outputMapping', outputMapping),
  ];
}

function findListFaults(forEach: Trigger['forEach']): readonly TextFault[] {
  if (forEach === undefined) return [];
  const message = findPathFault(toForEach(forEach).path);
  const path = typeof forEach === 'string' ? ['forEach'] : ['forEach', 'path'];
  return message === undefined ? [] : [{ path, message }];
}

function findFaults(field: string, entries: readonly [string, string][]): readonly TextFault[] {
  return entries.flatMap(([key, text]) => {
    const message = findPathFault(text);
    return message === undefined ? [] : [{ path: [field, key], message }];
  });
}

const SETTING_FAULT =
  'the name of an app setting is not taken from an event: put it under defaultInputs';

function findSettingFaults(field: string, mapping: Mapping): readonly TextFault[] {
  // A dotted key is a nested field, or fails each run.
  const keys = Object.keys(mapping).filter((key) => namesSetting(key.split('.')[0]));
  return keys.map((key) => ({ path: [field, key], message: SETTING_FAULT }));
}

function isPath(text: string): boolean {
  return text.startsWith('$');
}

/** All paths of a mapping share one bound on their work. */
function createFinder({ name }: Pick<Trigger, 'name'>, document: Json): Find {
  const work = new Work();
  return (text, place) => {
    try {
      return followPath(text, document, work);
    } catch (error) {
      const reason = (error as Error).message;
      throw new TerminalError(
        'path_invalid',
        `the path ${place} of trigger "${name}" cannot be followed: ${reason}`,
      );
    }
  };
}

function mapAll(mapping: Mapping = {}, place: string, find: Find): Mapped {
  const entries = Object.entries(mapping).map(
    ([key, text]) => [key, find(text, `${place}.${key}`)] as const,
  );
  const found = entries.filter((entry): entry is [string, Json] => entry[1] !== undefined);
  const lost = entries.filter(([, value]) => value === undefined).map(([key]) => key);
  return { found: Object.fromEntries(found), lost };
}
