import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MAX_PAUSE_MS } from '../../../functions/messages.ts';
import { findDeclarations, readBicep, readLiteral } from '../../../infra/deploy/bicep.ts';
import { readQueueProperties, readQueues } from '../../../infra/deploy/check-queues.ts';
import { checkSettings } from '../../../infra/deploy/check-settings.ts';
import { readHostJson } from '../../../infra/local/settings/host-json.ts';
import { parseTimeSpan } from '../../../infra/local/settings/time-span.ts';
import { BLOB_DAYS } from '../../../shared/heddle/adapters/azure/packed-document.ts';
import { loadConfig } from '../../../shared/heddle/config/config.ts';
import { ConfigError } from '../../../shared/heddle/errors/errors.ts';
import { MAX_LOCK_MS } from '../../../shared/heddle/pipeline/dispatch/host-messages.ts';
import { COLLECTIONS } from '../../../shared/heddle/ports/collections.ts';
import { LOG_LEVELS } from '../../../shared/heddle/ports/logger.ts';

/** Values on which the code and the template must agree. */

const root = resolve(import.meta.dirname, '../../..');
const app = (name: string) => readBicep(join(root, `infra/app/${name}.bicep`));

describe('the template', () => {
  test('writes the settings and secrets that the code reads, and no others', async () => {
    expect((await checkSettings(root)).findings).toEqual([]);
  });

  test('makes a container for each collection, with what its lists ask by', async () => {
    const variable = findDeclarations(await app('cosmos'), 'variable')[0];
    const array = variable?.node.descendantsOfType('array')[0];
    expect(array && readLiteral(array)).toEqual(
      COLLECTIONS.map(({ name, indexed, time }) => ({ name, fields: [...indexed], time })),
    );
  });

  test('makes the queues, of which one keeps order', async () => {
    expect(await readQueues(root)).toEqual([
      { name: 'events', hasSessions: false },
      { name: 'events-ordered', hasSessions: true },
      { name: 'events-urgent', hasSessions: false },
    ]);
    expect(Object.fromEntries(await readQueueProperties(root))).toMatchObject({
      requiresDuplicateDetection: 'true',
      duplicateDetectionHistoryTimeWindow: 'PT10M',
      lockDuration: 'PT1M',
      maxDeliveryCount: '100',
      deadLetteringOnMessageExpiration: 'true',
    });
  });

  test('makes the containers for long messages and documents, and forgets the messages', async () => {
    const text = (await app('storage')).root.text;
    expect(text).toContain("var claims = 'claims'");
    expect(text).toContain("var documents = 'documents'");
    expect(text).toContain('param claimDays int = 30');
    expect(text).toMatch(/prefix: '\$\{claims\}\/', days: claimDays/);
  });

  test('forgets large documents by the folder they are in', async () => {
    const file = await app('storage');
    const variables = findDeclarations(file, 'variable');
    const days = variables.find(({ name }) => name === 'documentDays');
    const array = days?.node.descendantsOfType('array')[0];
    expect(array && readLiteral(array)).toEqual(BLOB_DAYS);
    expect(file.root.text).toMatch(/prefix: '\$\{documents\}\/expire-\$\{days\}\/', days: days/);
  });

  test('bounds how long things are kept as the code does', async () => {
    const types = findDeclarations(await readBicep(join(root, 'infra/types.bicep')), 'type');
    const bounds = types.find(({ name }) => name === 'days')?.decorators;
    expect(bounds).toContain('@minValue(1)\n@maxValue(3650)');
    const load = (days: string) => loadConfig({ HEDDLE_RETENTION_DAYS: days }).retentionDays;
    expect(['1', '3650'].map(load)).toEqual([1, 3650]);
    for (const days of ['0', '3651']) expect(() => load(days)).toThrow(ConfigError);
    expect(readFileSync(join(root, 'infra/main.bicep'), 'utf8')).toContain(
      `param retentionDays days = ${loadConfig({}).retentionDays}`,
    );
  });

  test('offers the levels of the log', () => {
    const text = readFileSync(join(root, 'infra/main.bicep'), 'utf8');
    const levels = LOG_LEVELS.map((level) => `'${level}'`).join(', ');
    expect(text).toContain(`@allowed([${levels}])\nparam logLevel string`);
  });

  test('cuts the triggers in chunks from which the code reads them', async () => {
    const text = (await app('function-app')).root.text;
    const length = Number(/var chunkLength = (\d+)/.exec(text)?.[1]);
    expect(length).toBeLessThanOrEqual(8000);
    expect(text).toMatch(/'TRIGGERS_B64_\$\{padLeft\(i, 2, '0'\)\}'/);
    const json = JSON.stringify({ sources: {}, triggers: [{ name: 'ä'.repeat(9000) }] });
    const encoded = Buffer.from(json).toString('base64');
    const chunks = encoded.match(new RegExp(`.{1,${length}}`, 'g')) ?? [];
    const settings = chunks.map((chunk, i) => [
      `TRIGGERS_B64_${String(i).padStart(2, '0')}`,
      chunk,
    ]);
    expect(settings.length).toBeGreaterThan(2);
    expect(loadConfig(Object.fromEntries(settings)).triggersJson).toBe(json);
  });
});

describe('host.json', () => {
  test('is one that the local host takes, with functions that outlast their locks', () => {
    const { routePrefix, serviceBus } = readHostJson(root, {});
    expect(routePrefix).toBe('');
    expect(serviceBus).toMatchObject({
      autoCompleteMessages: true,
      maxAutoLockRenewalMs: MAX_LOCK_MS,
      sessionIdleMs: 10_000,
    });
    const json = JSON.parse(readFileSync(join(root, 'host.json'), 'utf8'));
    expect(json.telemetryMode).toBe('OpenTelemetry');
    // A function that the host ends takes its whole worker with it. One that has lost its lock must
    // have ended before, including the pause after a failure.
    const functionMs = parseTimeSpan(json.functionTimeout) ?? 0;
    expect(functionMs).toBeGreaterThan(MAX_LOCK_MS + MAX_PAUSE_MS);
    expect(json.extensions.serviceBus.prefetchCount).toBe(0);
  });
});
