import { join } from 'node:path';
import {
  QUEUE_NAME,
  QUEUE_NAME_RULE,
} from '../../shared/heddle/connectors/storage-queue/queue-name.ts';
import { findDeclarations, findObject, readBicep, readLiteral, readObject } from './bicep.ts';
import type { Finding, Outcome } from './finding.ts';

/** https://learn.microsoft.com/azure/service-bus-messaging/service-bus-quotas */
const MAX_QUEUE_NAME = 260;

interface Queue {
  readonly name: string;
  readonly hasSessions: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Checks names and limits that Azure would refuse only in the middle of a deployment. */
export async function checkQueues(root: string, env: Environment): Promise<Outcome> {
  const queues = await readQueues(root);
  const storage = readStorageQueues(env);
  const findings: Finding[] = [
    ...queues
      .filter(({ name }) => name.length > MAX_QUEUE_NAME || !/^[\w][\w./~-]*$/.test(name))
      .map(({ name }) => ({
        file: 'infra/app/service-bus.bicep',
        what: `"${name}" cannot be the name of a queue`,
        fix: `at most ${MAX_QUEUE_NAME} letters, digits, ".", "-", "_" and "/"`,
      })),
    ...(await findWrongDurations(root)),
    ...storage
      .filter((name) => typeof name !== 'string' || !QUEUE_NAME.test(name))
      .map((name) => ({
        file: 'STORAGE_QUEUES_JSON',
        what: `${JSON.stringify(name)} cannot be the name of a storage queue`,
        fix: `${QUEUE_NAME_RULE}, in a JSON array of texts`,
      })),
  ];
  return { findings, summary: queues.map(({ name }) => name).join(', ') };
}

export async function readQueues(root: string): Promise<readonly Queue[]> {
  const file = await readBicep(join(root, 'infra/app/service-bus.bicep'));
  const variable = findDeclarations(file, 'variable').find(({ name }) => name === 'queues');
  const array = variable?.node.descendantsOfType('array')[0];
  return array ? (readLiteral(array) as Queue[]) : [];
}

function readStorageQueues(env: Environment): readonly unknown[] {
  const text = env.STORAGE_QUEUES_JSON?.trim() ?? '';
  if (text === '') return [];
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [value];
  } catch {
    return [undefined];
  }
}

/** Limits in seconds that the host and the senders rely on. */
const DURATIONS = {
  lockDuration: { min: 5, max: 300 },
  duplicateDetectionHistoryTimeWindow: { min: 20, max: 7 * 86_400 },
} as const;

async function findWrongDurations(root: string): Promise<readonly Finding[]> {
  const path = 'infra/app/service-bus.bicep';
  const properties = await readQueueProperties(root);
  return Object.entries(DURATIONS).flatMap(([name, { min, max }]) => {
    const written = properties.get(name) ?? '';
    const seconds = toSeconds(written);
    if (seconds >= min && seconds <= max) return [];
    const what = `${name} is "${written}"`;
    return [{ file: path, what, fix: `an ISO 8601 duration of ${min} to ${max} seconds` }];
  });
}

/** Reads a queue's properties as written, without quotes. */
export async function readQueueProperties(root: string): Promise<ReadonlyMap<string, string>> {
  const file = await readBicep(join(root, 'infra/app/service-bus.bicep'));
  const queue = findDeclarations(file, 'resource').find(({ name }) => name === 'queue');
  const body = queue && findObject(queue.node);
  const properties = readObject(readObject(body).get('properties'));
  return new Map([...properties].map(([name, { text }]) => [name, text.replaceAll("'", '')]));
}

function toSeconds(duration: string): number {
  const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(duration);
  if (!match) return Number.NaN;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((n) => Number(n ?? 0));
  return ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
}
