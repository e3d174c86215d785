import type { Rule } from './rule.ts';
import {
  conditionField,
  indexKey,
  mappedField,
  prefixedKey,
  templateField,
} from './rules/fields.ts';
import { actorInput, placeholder } from './rules/inputs.ts';
import { emptyList, listOperand, listWord, objectItems } from './rules/lists.ts';
import { logicWord, mixedOperators, operatorInKey, operatorSlip } from './rules/operators.ts';
import { insideUrl, laptopPath } from './rules/places.ts';
import { contradiction, mistypedRange } from './rules/ranges.ts';
import { unsetSetting } from './rules/settings.ts';
import { bareTemplate, dollarKey, pathInText, templateInText } from './rules/texts.ts';
import { dedupeWindow, fixedZone, milliseconds, misfireAgainstPause } from './rules/timing.ts';
import { emittedType, eventType } from './rules/types.ts';
import { typeAgainstField, valueBeginning, valueType, yesOrNo } from './rules/values.ts';

/** Each has a true and a false example in its test, and a row on the page of triggers. */
export const RULES: readonly Rule[] = [
  ...[operatorSlip, mixedOperators, operatorInKey, logicWord],
  ...[listOperand, emptyList, listWord, objectItems],
  ...[contradiction, mistypedRange],
  ...[yesOrNo, valueType, typeAgainstField, valueBeginning],
  ...[indexKey, conditionField, prefixedKey, templateField, mappedField],
  ...[eventType, emittedType],
  ...[pathInText, templateInText, bareTemplate, dollarKey],
  ...[actorInput, placeholder, insideUrl, laptopPath, unsetSetting],
  ...[misfireAgainstPause, dedupeWindow, milliseconds, fixedZone],
];
