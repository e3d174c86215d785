import { EMIT_SOURCE } from '../../../domain/built-in-sources.ts';
import { toTypePatterns } from '../../../domain/trigger.ts';
import type { Doubt, Path } from '../doubt.ts';
import type { Rule, Subject } from '../rule.ts';
import { findSlip, toHint, toPlain } from '../slips.ts';
import { listMatching, matchesType } from '../type-names.ts';
import { findVocabulary } from '../vocabulary/kinds.ts';
import type { Vocabulary } from '../vocabulary/vocabulary.ts';

export const eventType: Rule = {
  name: 'event type',
  about: 'A type that senders of the kind are not known to send: `opened`, `pull-request`.',
  find({ trigger, kind }) {
    const vocabulary = kind === undefined ? undefined : findVocabulary(kind);
    if (!vocabulary || trigger.eventType === undefined) return [];
    return toTypePatterns(trigger).flatMap((pattern, index) => {
      const message = findUnknown(pattern, vocabulary, kind ?? '');
      if (message === undefined) return [];
      return [{ path: toPath(trigger.eventType, index), message }];
    });
  },
};

function toPath(written: unknown, index: number): Path {
  return Array.isArray(written) ? ['eventType', index] : ['eventType'];
}

function findUnknown(pattern: string, known: Vocabulary, kind: string): string | undefined {
  const { types, openTypes = [], isWhole = true } = known;
  if (listMatching(known, pattern).length > 0) return undefined;
  if (openTypes.some((type) => pattern === type || pattern.startsWith(`${type}.`)))
    return undefined;
  const meant = findMeant(pattern, known);
  if (!isWhole && meant === undefined) return undefined;
  const what = pattern.includes('*') ? 'matches no type that is known' : 'is no type that is known';
  const hint = meant === undefined ? toHint(pattern, types) : `: did you mean ${meant}?`;
  return `"${pattern}" ${what} of ${kind}${hint}`;
}

function findMeant(pattern: string, { types, hints = {} }: Vocabulary): string | undefined {
  if (Object.hasOwn(hints, pattern)) return hints[pattern];
  const [group = '', ...rest] = pattern.split('.');
  const siblings = types.filter((type) => type.startsWith(`${group}.`));
  const near = findSlip(pattern, siblings) ?? findSlip(pattern, types);
  if (near !== undefined) return near;
  const below = findBelow(pattern, types);
  if (below !== undefined) return below;
  const known = siblings.length > 0 && rest.length > 0 ? siblings : [];
  return known.length > 0 && known.length <= MAX_SHOWN ? known.join(', ') : undefined;
}

const MAX_SHOWN = 8;

/** The types that end so: `opened` is `issues.opened` or `pull_request.opened`. */
function findBelow(pattern: string, types: readonly string[]): string | undefined {
  const plain = toPlain(pattern);
  const found = types.filter((type) => {
    const dot = type.lastIndexOf('.');
    return dot >= 0 && toPlain(type.slice(dot + 1)) === plain;
  });
  if (found.length === 0) return undefined;
  const shown = found.length <= MAX_SHOWN ? found : found.filter(isCommon).slice(0, MAX_SHOWN);
  return `${(shown.length > 0 ? shown : found.slice(0, MAX_SHOWN)).join(' or ')}`;
}

/** Those of GitHub's events that are meant most often. */
function isCommon(type: string): boolean {
  return /^(pull_request|issues|release|issue_comment|workflow_run)\./.test(type);
}

export const emittedType: Rule = {
  name: 'emitted type',
  about: 'A type that is nearly that of an event which the app’s code registers.',
  find: ({ trigger, surroundings: { emitted = [] } }) => {
    if (trigger.source !== EMIT_SOURCE || trigger.eventType === undefined) return [];
    return toTypePatterns(trigger).flatMap((pattern, index) =>
      findNear(pattern, index, emitted, trigger),
    );
  },
};

function findNear(
  pattern: string,
  index: number,
  emitted: readonly string[],
  { eventType: written }: Subject['trigger'],
): readonly Doubt[] {
  if (emitted.some((type) => matchesType(pattern, type))) return [];
  const near = findSlip(pattern, emitted);
  if (near === undefined) return [];
  const message = `no event of this type is registered: did you mean ${near}?`;
  return [{ path: toPath(written, index), message }];
}
