import type { z } from 'zod';
import type { ActorClass } from '../../actors/actor.ts';
import type { Event } from '../../domain/event.ts';
import { toPlainJson } from '../../domain/exact-json.ts';
import type { JsonObject } from '../../domain/json.ts';
import { TerminalError } from '../../errors/errors.ts';
import type { TriggerCode } from '../../triggers/code/index.ts';
import {
  type InputCode,
  isPerEvent,
  type RunRules,
  TRIGGER_EVENT,
  toRunInput,
  withoutTriggerEvent,
} from '../../triggers/inputs/index.ts';
import { parseTexts } from './input-texts.ts';
import { findDottedKeys, nestKeys } from './nested-keys.ts';
import { assertOwnSettings } from './setting-inputs.ts';

type Taking = Pick<ActorClass, 'input' | 'takesExactNumbers' | 'settingInputs'>;

/** A trigger's code, with observers of how the input is made. */
export interface ObservedCode extends InputCode {
  /**
   * Called with the input before the actor's schema parses it.
   * @param isEvent whether it is the event itself, with nothing of the trigger's
   */
  readonly onInput?: (input: JsonObject, isEvent: boolean) => void;
}

/**
 * Makes the input of a run, as its actor's schema yields it. An actor whose schema refuses
 * `_trigger_event` gets the input without it, and, where its input is the event, without the
 * normalized fields.
 * @param events several where the run has gathered them, in the order of their arrival
 * @throws {TerminalError} `input_invalid` and what {@link toRunInput} throws
 */
export async function toActorInput(
  trigger: RunRules,
  events: readonly Event[],
  { input: schema, takesExactNumbers, settingInputs = [] }: Taking,
  code: ObservedCode = {},
): Promise<unknown> {
  const exact = await toRunInput(trigger, events, code);
  code.onInput?.(exact, isEventItself(trigger, code));
  assertOwnSettings({ settingInputs }, exact, { trigger, event: events[0], code });
  const given = takesExactNumbers ? exact : toPlainJson(exact);
  if (!schema) return given;
  const whole = await schema.safeParseAsync(given);
  if (whole.success) return whole.data;
  const alone = await schema.safeParseAsync(withoutTriggerEvent(given));
  if (alone.success) return alone.data;
  const [event] = events;
  const payload = isEventItself(trigger, code)
    ? await schema.safeParseAsync(toPlainJson(event?.data))
    : alone;
  if (payload.success) return payload.data;
  const nearer = await parseNearer(schema, given, {
    // The name of a setting is not put together from an event either.
    dotted: findDottedKeys(trigger).filter(
      (key) => !settingInputs.some((one) => key.startsWith(`${one}.`)),
    ),
    texts: await toTexts(trigger, events, code),
  });
  if (nearer) return nearer.data;
  const isUnwanted = whole.error.issues.some(isAboutTriggerEvent);
  throw createInputError(isUnwanted ? toNearer(alone.error, payload.error) : whole.error);
}

interface Nearer {
  readonly dotted: readonly string[];
  readonly texts: JsonObject | undefined;
}

/**
 * What the trigger may have meant where its input is refused: texts in place of the values of
 * templates, and nested fields in place of dotted keys.
 */
async function parseNearer(schema: z.ZodType, given: JsonObject, { dotted, texts = {} }: Nearer) {
  for (const input of [given, withoutTriggerEvent(given)]) {
    const parsed =
      (await parseTexts(schema, input, texts)) ??
      (await parseTexts(schema, nestKeys(input, dotted), nestKeys(texts, dotted)));
    if (parsed) return parsed;
  }
  return undefined;
}

/** The input with all templates as texts; undefined where it has no templates. */
async function toTexts(
  trigger: RunRules,
  events: readonly Event[],
  code?: TriggerCode,
): Promise<JsonObject | undefined> {
  if (!trigger.variables && !trigger.transform) return undefined;
  return toPlainJson(await toRunInput({ ...trigger, rendersTexts: true }, events, code));
}

/**
 * Checks an input that a hook made. An actor whose schema has no place for `_trigger_event` is not
 * given it.
 * @throws {TerminalError} `input_invalid`
 */
export async function checkInput(
  { input: schema }: Pick<ActorClass, 'input'>,
  given: JsonObject,
): Promise<unknown> {
  if (!schema) return given;
  const whole = await schema.safeParseAsync(given);
  if (whole.success) return whole.data;
  const alone = await schema.safeParseAsync(withoutTriggerEvent(given));
  if (alone.success) return alone.data;
  throw createInputError(alone.error);
}

function isEventItself(trigger: RunRules, code: TriggerCode = {}): boolean {
  const { debounce, batch, defaultInputs } = trigger;
  return !debounce && !batch && !defaultInputs && !isPerEvent(trigger, code);
}

function isAboutTriggerEvent(issue: z.core.$ZodIssue): boolean {
  if (issue.path.includes(TRIGGER_EVENT)) return true;
  return issue.code === 'unrecognized_keys' && issue.keys.includes(TRIGGER_EVENT);
}

/**
 * Picks the error that is about the sender's data: a key that Heddle has added is not the sender's
 * fault.
 */
function toNearer(alone: z.ZodError, payload: z.ZodError): z.ZodError {
  const count = ({ issues }: z.ZodError) =>
    issues.reduce((sum, issue) => sum + ('keys' in issue ? issue.keys.length : 1), 0);
  return count(payload) < count(alone) ? payload : alone;
}

const MAX_SHOWN = 10;

const MAX_ISSUE_CHARS = 200;

/** Creates an error that names each path and the expected type, and no value. */
function createInputError({ issues }: z.ZodError): TerminalError {
  const shown = issues.slice(0, MAX_SHOWN).map(({ path, message }) => {
    const text = path.length === 0 ? message : `${path.join('.')}: ${message}`;
    return text.slice(0, MAX_ISSUE_CHARS);
  });
  const more = issues.length > MAX_SHOWN ? [`and ${issues.length - MAX_SHOWN} more`] : [];
  return new TerminalError(
    'input_invalid',
    `the input does not fit the actor (${[...shown, ...more].join('; ')})`,
  );
}
