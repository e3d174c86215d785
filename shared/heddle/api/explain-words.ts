import type { Answered, TriggerExplanation } from './explain.ts';
import { summarize } from './trigger-summary.ts';
import type { TriggerView } from './trigger-view.ts';

type Matched = Extract<Answered, { outcome: 'matched' }>;
type Unmatched = Extract<Answered, { outcome: 'unmatched' }>;

/** Formats an answer as a sentence for a person. */
export function toText(
  answered: Answered,
  basis: TriggerExplanation['basis'],
  keepsData: boolean,
): string {
  const isNow = basis === 'now';
  switch (answered.outcome) {
    case 'matched':
      if (isNow) return 'it would match, as it is now';
      return `yes: ${toItems(answered)}${answered.run?.text ?? 'its run is not recorded yet, or not kept any more'}`;
    case 'unmatched':
      return `${isNow ? 'no, as it is now' : 'no'}: ${toMismatch(answered, keepsData)}`;
    case 'error':
      return `it ${isNow ? 'cannot say, as it is now' : 'could not say'}: ${answered.message}`;
    case 'unrouted':
      return `no trigger has the source ${answered.found}: there are triggers of ${answered.expected}`;
    case 'candidate':
      return 'it is asked about such events: its conditions decide';
  }
}

function toItems({ forEach, statuses = {} }: Matched): string {
  if (forEach === undefined) return '';
  const { path, max, count, beyond, repeated } = forEach;
  const parts = [
    `${count} ${count === 1 ? 'run' : 'runs'}, one for each item of ${path}`,
    ...(repeated === undefined ? [] : [`${repeated} with the key of an earlier one`]),
    ...(beyond === undefined ? [] : [`${beyond} beyond max ${max} made no run`]),
  ];
  const ended = Object.entries(statuses).map(([status, times]) => `${times} ${status}`);
  const found = ended.length === 0 ? '' : `: ${ended.join(', ')}`;
  return `${parts.join(', ')}${found}; the first: `;
}

/** Omits the found value where payloads are not kept: unknown is not the same as nothing. */
function toMismatch({ clause, expected, found }: Unmatched, keepsData: boolean): string {
  if (found !== undefined) return `${clause} expected ${expected}, found ${found}`;
  return `${clause} expected ${expected}${keepsData ? ', found nothing' : ''}`;
}

/** Describes a trigger's present status, where it is not active. */
export function toPresent(view: TriggerView, name: string): string | undefined {
  const trigger = view.get(name);
  if (!trigger) return 'no longer there';
  const { status, message } = summarize(view, trigger);
  if (status === 'active') {
    return view.isDisabledSource(trigger.source) ? 'its source is disabled' : undefined;
  }
  const text = status === 'error' ? 'in error' : status;
  return message === undefined || status === 'disabled' ? text : `${text}: ${message}`;
}
