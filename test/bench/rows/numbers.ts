import { parseExactJson } from '../../../shared/heddle/domain/exact-json.ts';
import { LARGE } from '../harness/deliveries.ts';
import type { Result, Row } from '../harness/row.ts';
import { toRatio, toSpread } from '../harness/statistics.ts';

const BYTES = 6_000_000;
const ROUNDS = 15;

const list = Array(Math.ceil(BYTES / LARGE.body.length))
  .fill(LARGE.body)
  .join(',');

export const numbers: Row = {
  name: 'numbers',
  about: 'parsing 6 MB of JSON with every number exact, against JSON.parse',
  async run() {
    return [
      { ...compare('without a number beyond a double', `[${list}]`), bound: { atMost: 2 } },
      compare('with one such number', `[${list},9007199254740993]`),
    ];
  },
};

function compare(what: string, text: string): Result {
  const exact: number[] = [];
  const plain: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const times = [time(() => parseExactJson(text)), time(() => JSON.parse(text))] as const;
    if (round === 0) continue;
    exact.push(times[0]);
    plain.push(times[1]);
  }
  const name = `exact JSON, 6 MB ${what}, against JSON.parse`;
  const ratio = toRatio(exact, plain);
  return { name, unit: 'ms', value: toSpread(exact), baseline: toSpread(plain), ratio };
}

function time(run: () => unknown): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}
