import type { Finding } from './finding.ts';
import { type Deployed, isParts } from './read-definitions.ts';

/** App Service accepts more, but the whole environment of a process must stay below about 64 KB. */
const MAX_ENCODED_BYTES = 48_000;

const SHOWN = 3;

/** Refuses more than fits, and says what takes the room. */
export function findTooLarge({ file, value }: Deployed, bytes: number): readonly Finding[] {
  if (bytes < MAX_ENCODED_BYTES || !isParts(value)) return [];
  const what = `the triggers take ${bytes} bytes of app settings, of which there are ${MAX_ENCODED_BYTES}: ${toShares(value)}`;
  return [{ file, what, fix: WAY_OUT }];
}

const WAY_OUT =
  'define the longest triggers in code, which is deployed with the app and takes no settings; shorten descriptions, schemas and forms; or deploy a second app';

function toShares(parts: Readonly<Record<string, unknown>>): string {
  return sort(Object.entries(parts))
    .map(([part, size, value]) => `${part} ${size}${toLongest(value)}`)
    .join(', ');
}

function toLongest(part: unknown): string {
  if (typeof part !== 'object' || part === null) return '';
  const named = Object.entries(part).map(([key, value]): [string, unknown] => [
    toName(value) ?? key,
    value,
  ]);
  const longest = sort(named).slice(0, SHOWN);
  if (longest.length === 0) return '';
  return ` (longest: ${longest.map(([name, size]) => `${name} ${size}`).join(', ')})`;
}

function toName(value: unknown): string | undefined {
  return isParts(value) && typeof value.name === 'string' ? value.name : undefined;
}

/** Largest first, with the share of each in base64. */
function sort(named: readonly [string, unknown][]): readonly [string, number, unknown][] {
  return named
    .map(([name, value]): [string, number, unknown] => [name, toBytes(value), value])
    .toSorted(([, a], [, b]) => b - a);
}

function toBytes(value: unknown): number {
  return Math.ceil((Buffer.byteLength(JSON.stringify(value) ?? '') * 4) / 3);
}
