import { isJsonObject } from '../../../domain/json.ts';
import type { Doubt, Path } from '../doubt.ts';
import type { Rule } from '../rule.ts';

/** What a pause keeps that a missed fire does not, and the other way round. */
const AGAINST: Readonly<Record<string, readonly string[]>> = {
  skip: ['hold', 'keepLast'],
  catchUp: ['drop', 'keepLast'],
};
const FITTING: Readonly<Record<string, string>> = { skip: 'drop', catchUp: 'hold' };

export const misfireAgainstPause: Rule = {
  name: 'misfire and whilePaused',
  about: 'A `whilePaused` that keeps what `misfire` drops, or drops what it makes up for.',
  find: ({ written, trigger: { schedule } }) => {
    const { whilePaused } = written;
    const misfire = schedule?.misfire ?? '';
    const against = Object.hasOwn(AGAINST, misfire) ? AGAINST[misfire] : [];
    if (typeof whilePaused !== 'string' || !against?.includes(whilePaused)) return [];
    const message = `misfire: ${misfire} says the opposite of fires that are missed: did you mean ${FITTING[misfire]}?`;
    return [{ path: ['whilePaused'], message }];
  },
};

export const dedupeWindow: Rule = {
  name: 'dedupe and windows',
  about:
    'A `dedupe.window` that ends before the window of `debounce` or `batch` in which events wait.',
  find: ({ trigger: { dedupe, debounce, batch } }) => {
    const wait = debounce?.wait ?? batch?.wait;
    if (!dedupe || wait === undefined || dedupe.window >= wait) return [];
    const name = debounce ? 'debounce.wait' : 'batch.wait';
    const message = `it ends before ${name} has passed, so a duplicate may come in the same window: expected no less than that`;
    return [{ path: ['dedupe', 'window'], message }];
  },
};

/** Durations: a number is of seconds. */
const DURATIONS: readonly Path[] = [
  ['timeout'],
  ...['delay', 'maxDelay'].map((name) => ['retry', name]),
  ...['wait', 'maxWait'].map((name) => ['debounce', name]),
  ['batch', 'wait'],
  ['dedupe', 'window'],
  ...['interval', 'jitter', 'grace', 'catchUpWindow'].map((name) => ['schedule', name]),
  ...['interval', 'timeout'].map((name) => ['poll', name]),
  ['throttle', 'period'],
  ['cooldownSeconds'],
];

const SECOND_MS = 1000;

export const milliseconds: Rule = {
  name: 'milliseconds',
  about: 'A number of thousands where seconds are meant: `timeout: 30000`.',
  find: ({ written }) =>
    DURATIONS.flatMap((path): readonly Doubt[] => {
      const value = path.reduce<unknown>(
        (at, name) => (isJsonObject(at) ? at[name] : undefined),
        written,
      );
      const isThousands =
        typeof value === 'number' && value >= SECOND_MS && value % SECOND_MS === 0;
      if (!isThousands) return [];
      const seconds = value / SECOND_MS;
      const isField = path.at(-1) === 'cooldownSeconds';
      const fix = isField ? `${seconds}` : `"${seconds}s"`;
      const keep = isField ? '' : ` Where seconds are meant, write "${value}s"`;
      const message = `a number is of seconds, and ${value} seconds are ${toWords(value)}: did you mean ${fix}?${keep}`;
      return [{ path, message }];
    }),
};

function toWords(seconds: number): string {
  const hours = seconds / 3600;
  if (hours < 1) return `${Math.round(seconds / 60)} minutes`;
  return hours < 48 ? `${Math.round(hours * 10) / 10} hours` : `${Math.round(hours / 24)} days`;
}

/** Zones without daylight saving, which people take for those with. */
const FIXED_ZONES: Readonly<Record<string, string>> = {
  ...{ EST: 'America/New_York', MST: 'America/Denver', HST: 'Pacific/Honolulu' },
};

export const fixedZone: Rule = {
  name: 'time zone',
  about: 'A time zone without daylight saving, or whose sign is turned round: `EST`, `Etc/GMT+2`.',
  find: ({ trigger: { schedule } }) => {
    const zone = schedule?.timezone ?? '';
    const path = ['schedule', 'timezone'];
    const meant = Object.hasOwn(FIXED_ZONES, zone) ? FIXED_ZONES[zone] : undefined;
    if (meant !== undefined) {
      return [{ path, message: `${zone} has no daylight saving time: did you mean ${meant}?` }];
    }
    const [, sign] = /^Etc\/GMT([+-])[1-9]\d?$/.exec(zone) ?? [];
    if (sign === undefined) return [];
    const where = sign === '+' ? 'behind' : 'ahead of';
    return [
      {
        path,
        message: `${zone} is ${where} UTC, since its sign is turned round: name a place, such as Europe/Berlin`,
      },
    ];
  },
};
