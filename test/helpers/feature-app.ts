import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createDelivery } from './github.ts';
import {
  type HeddleHost,
  type HeddleOptions,
  type PreparedHost,
  prepareHeddle,
} from './heddle-host.ts';

const app = fileURLToPath(new URL('../fixtures/feature-app', import.meta.url));

/** A line that an actor of the app has written. */
export interface Line {
  readonly phase: 'start' | 'fail' | 'end';
  readonly pid: number;
  readonly runId?: string;
  readonly key?: string;
  readonly number?: number;
  readonly attempt?: number;
}

/** The options to start test/fixtures/feature-app. */
export interface FeatureApp extends PreparedHost {
  lines(): readonly Line[];
  /** Releases actors that wait, or that end the process. */
  release(): void;
}

export function prepareFeatureApp(options: HeddleOptions): FeatureApp {
  const prepared = prepareHeddle(options);
  const folder = dirname(prepared.triggersFile);
  const [record, release] = [join(folder, 'record.jsonl'), join(folder, 'released')];
  return {
    ...{ ...prepared, app },
    env: { ...prepared.env, RECORD_FILE: record, RELEASE_FILE: release },
    lines: () => (existsSync(record) ? readLines(record) : []),
    release: () => writeFileSync(release, ''),
  };
}

function readLines(file: string): readonly Line[] {
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line));
}

/** Pushes as GitHub does. */
export async function push(host: HeddleHost, id: string, payload: object): Promise<Response> {
  const body = JSON.stringify(payload);
  const { headers } = await createDelivery(body, { event: 'push', id });
  return host.post(headers, body);
}
