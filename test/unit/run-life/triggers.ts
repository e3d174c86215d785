import { toTriggers } from '../../helpers/world.ts';

/** The model's knowledge of a trigger, beside its definition. */
export interface Rules {
  /** Limit of concurrent runs, per trigger or per key. */
  readonly atOnce?: number;
  readonly isByKey?: true;
  readonly window?: { readonly size: number };
  /** How many runs may begin within a time. */
  readonly pace?: { readonly limit: number; readonly ms: number };
  /** Limits that may skip one of its runs. */
  readonly skips: readonly string[];
  /** True where a new run makes running ones end. */
  readonly replaces?: true;
}

export const MAX_ATTEMPTS = 3;
const retry = { maxAttempts: MAX_ATTEMPTS, backoff: 'fixed', delay: '5s', jitter: 'none' };

const SHARED = { name: 'shared', maxConcurrent: 1, throttle: { limit: 3, period: '5s' } };

const byKey = '{{ event.key }}';

/** Triggers as written in a triggers file, with what is expected of each. */
const table: Readonly<Record<string, readonly [written: object, rules: Rules]>> = {
  plain: [{}, { skips: [] }],
  one: [{ maxConcurrent: 1 }, { atOnce: 1, skips: [] }],
  keyed: [
    { maxConcurrent: 2, concurrencyKey: byKey },
    { atOnce: 2, isByKey: true, skips: [] },
  ],
  debounced: [
    { debounce: { wait: '4s', maxWait: '12s' } },
    { window: { size: 1000 }, skips: ['debounce'] },
  ],
  batched: [{ batch: { size: 3, wait: '6s' } }, { window: { size: 3 }, skips: ['batch'] }],
  single: [
    { allowConcurrent: false, variables: { key: byKey } },
    { atOnce: 1, isByKey: true, skips: ['allowConcurrent'] },
  ],
  dropping: [
    { maxConcurrent: 1, whilePaused: 'drop' },
    { atOnce: 1, skips: ['paused'] },
  ],
  lasting: [
    { maxConcurrent: 1, whilePaused: 'keepLast' },
    { atOnce: 1, skips: ['paused'] },
  ],
  skipping: [
    { maxConcurrent: 1, overlap: 'skip' },
    { atOnce: 1, skips: ['maxConcurrent'] },
  ],
  replacing: [
    { maxConcurrent: 1, overlap: 'replace' },
    { atOnce: 1, skips: [], replaces: true },
  ],
  asking: [
    { maxConcurrent: 1, overlap: 'cancelOther' },
    { atOnce: 1, skips: [], replaces: true },
  ],
  ordered: [{ orderingKey: byKey }, { skips: [] }],
  cooling: [
    { maxConcurrent: 1, cooldownSeconds: 10 },
    { atOnce: 1, skips: ['cooldown'] },
  ],
  throttled: [
    { throttle: { limit: 2, period: '6s' } },
    { skips: [], pace: { limit: 2, ms: 6000 } },
  ],
  pacedOne: [
    { throttle: { limit: 1, period: '3s', key: byKey }, maxConcurrent: 1 },
    { atOnce: 1, skips: [] },
  ],
  sharing: [{ limit: SHARED }, { atOnce: 1, skips: [] }],
  sharingToo: [
    { limit: SHARED, maxConcurrent: 1, allowConcurrent: false, variables: { key: byKey } },
    { atOnce: 1, skips: ['allowConcurrent'] },
  ],
  releasing: [
    { dedupe: { key: byKey, window: '30s' }, releaseOnFailure: true },
    { skips: ['dedupe'] },
  ],
  deduped: [{ dedupe: { key: byKey, window: '30s' } }, { skips: ['dedupe'] }],
};

/** Triggers with a second trigger that runs at every end of their runs. */
export const HEARD: readonly string[] = ['plain', 'replacing', 'asking'];

export function toListener(trigger: string): string {
  return `after-${trigger}`;
}

const chains = HEARD.map((trigger) => ({
  ...{ name: toListener(trigger), source: 'completion', sourceTrigger: trigger, status: 'any' },
  ...{ actor: 'scripted', retry },
}));

export const ALL = 'all';

export const TRIGGERS = toTriggers(
  ...Object.entries(table).map(([name, [written]]) => ({
    ...{ name, actor: 'scripted', eventType: [ALL, name], retry },
    ...written,
  })),
  ...chains,
);

/** Names of triggers that outside events run. */
export const NAMES = Object.keys(table);

export function rulesOf(trigger: string): Rules {
  return table[trigger]?.[1] ?? { skips: [] };
}
