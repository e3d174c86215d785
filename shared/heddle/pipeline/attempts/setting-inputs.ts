import { isDeepStrictEqual } from 'node:util';
import type { ActorClass } from '../../actors/actor.ts';
import type { Event } from '../../domain/event.ts';
import { isJsonObject, type Json } from '../../domain/json.ts';
import { TerminalError } from '../../errors/errors.ts';
import type { TriggerCode } from '../../triggers/code/index.ts';
import type { RunRules } from '../../triggers/inputs/index.ts';

/**
 * Refuses an input that takes the name of an app setting from an event: its sender would choose which
 * secret is sent, and where. A transform in code may write one that the payload does not have.
 * @throws {TerminalError} `input_invalid`
 */
export function assertOwnSettings(
  { settingInputs = [] }: Pick<ActorClass, 'settingInputs'>,
  given: Json,
  { trigger, event, code }: Given,
): void {
  if (settingInputs.length === 0 || !isJsonObject(given)) return;
  const { defaultInputs, variables, transform } = trigger;
  const isWritten = (name: string) =>
    [defaultInputs, variables, transform].some(
      (fields) => fields?.[name] !== undefined && isDeepStrictEqual(fields[name], given[name]),
    );
  const isOfCode = (name: string) =>
    code?.transform !== undefined && !Object.hasOwn(event?.data ?? {}, name);
  const foreign = settingInputs.find(
    (name) => given[name] !== undefined && !isWritten(name) && !isOfCode(name),
  );
  if (foreign === undefined) return;
  throw new TerminalError(
    'input_invalid',
    `the input does not fit the actor (${foreign}: the name of an app setting is not taken from an event: put it under defaultInputs)`,
  );
}

interface Given {
  readonly trigger: RunRules;
  readonly event: Event | undefined;
  readonly code: TriggerCode | undefined;
}
