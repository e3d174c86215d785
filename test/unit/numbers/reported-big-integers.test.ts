import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseExactJson, stringifyExact } from '../../../shared/heddle/domain/exact-json.ts';
import { createTestApp } from '../../../shared/heddle/testing/index.ts';

const triggers = readFileSync(
  new URL('../../fixtures/trigger-cases/big-integers.yaml', import.meta.url),
  'utf8',
);
const settings = { LAB_TOKEN: 'a-token-of-the-laboratory' };

// source: n8n-io/n8n #14715, #26925
it('keeps every digit of an id, in mapping, template and payload', async () => {
  await using app = await createTestApp({ triggers, settings });
  const { status, runs, events } = await app.deliver({
    path: 'webhooks/custom/custom',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${settings.LAB_TOKEN}`,
      'webhook-id': 'big-1',
    },
    body: '{"id":7615917337495251231}',
  });
  expect(status).toBe(202);
  const { data } = await app.app.call('api-event', { params: { id: events[0]?.id ?? '' } });
  expect(stringifyExact(data)).toBe('{"id":7615917337495251231}');
  const run = await app.app.call('api-run', { params: { id: runs[0]?.id ?? '' } });
  const input = stringifyExact(run.input ?? null);
  expect(input).toContain('"id":7615917337495251231,');
  expect(input).toContain('"text":7615917337495251231,');
  expect(input).toContain('"key":"7615917337495251231."');
});

it('meets the condition of its own number alone', async () => {
  await using app = await createTestApp({ triggers, settings });
  const { runs } = await app.emit('t.big', parseExactJson('{"id":9007199254740993}') as object);
  expect(runs.map(({ trigger }) => trigger)).toEqual(['eq-a']);
});
