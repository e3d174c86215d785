import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createNoopMeter } from '@opentelemetry/api';
import { describe, expect, test, vi } from 'vitest';
import { createInstruments } from '../../../shared/heddle/adapters/telemetry/instruments.ts';
import { readAlertQueries } from '../../helpers/alert-queries.ts';
import { analyseQuery } from '../../helpers/kusto.ts';

const root = resolve(import.meta.dirname, '../../..');
const queries = await readAlertQueries();

/** Names of all metrics that the code makes. */
function listMetrics(): ReadonlySet<string> {
  const meter = createNoopMeter();
  const made = [vi.spyOn(meter, 'createCounter'), vi.spyOn(meter, 'createHistogram')];
  createInstruments(meter);
  return new Set(made.flatMap(({ mock }) => mock.calls.map(([name]) => name)));
}

describe('the alerts', () => {
  test('are of failed runs, of dead letters, and of a heartbeat that is missing', () => {
    expect(queries.map(({ name }) => name)).toEqual([
      'failed-runs',
      'dead-letters',
      'missing-heartbeat',
    ]);
  });

  test.each(queries)('ask for what Azure Monitor has: $name', ({ query }) => {
    expect(analyseQuery(query)).toEqual([]);
  });

  test.each(queries)('ask for a metric that the code makes: $name', ({ query }) => {
    const asked = [...query.matchAll(/Name == "([^"]+)"/g)].map(([, name]) => name ?? '');
    expect(asked).toHaveLength(1);
    const metrics = listMetrics();
    for (const name of asked) expect(metrics).toContain(name);
  });

  test('are all in the table that says what to do', () => {
    const readme = readFileSync(join(root, 'infra/README.md'), 'utf8');
    for (const { name } of queries) expect(readme).toContain(`| \`${name}\` |`);
    expect(readme).toContain('| `waiting-dead-letters` |');
  });

  test('return one row where there is no heartbeat, not even its table, and none where there is', () => {
    const query = queries.find(({ name }) => name === 'missing-heartbeat')?.query ?? '';
    // `by` would return no row of nothing.
    expect(query).toMatch(/^union isfuzzy=true \(print .+\), AppMetrics \|/);
    expect(query).toMatch(/\| summarize Heartbeats = sum\(Sum\) \| where Heartbeats < 1$/);
  });
});

describe('the queries of the READMEs', () => {
  const files = globSync(['README.md', 'infra/**/*.md', 'shared/**/*.md'], {
    cwd: root,
    exclude: (path) => path.includes('node_modules'),
  });
  const written = files.flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    return [...text.matchAll(/^```kusto\n(.*?)^```$/gms)].map(([, query]) => [file, query ?? '']);
  });

  test('are found', () => {
    expect(written).not.toEqual([]);
  });

  test.each(written)('ask for what Azure Monitor has: %s', (_, query) => {
    expect(analyseQuery(query ?? '')).toEqual([]);
  });
});

describe('a fault in a query is found', () => {
  const [{ query: ofRuns } = { query: '' }] = queries;
  const heartbeat = queries.at(-1)?.query ?? '';

  test.each([
    ['a column', ofRuns.replace('sum(Sum)', 'sum(Value)'), "The name 'Value' does not refer to"],
    ['a column of another table', ofRuns.replace('Name ==', 'Message =='), "The name 'Message'"],
    ['a table', ofRuns.replace('AppMetrics', 'AppMetric'), "The name 'AppMetric' does not refer"],
    ['a table of a union', heartbeat.replace('AppMetrics', 'AppMetric'), "'AppMetric'"],
    ['the type of an operand', 'AppRequests | where Success has "true"', "The operator 'has'"],
    ['the type of an argument', ofRuns.replace('sum(Sum)', 'sum(Name)'), 'must be summable'],
    ['the syntax', ofRuns.replace('summarize', 'summarise'), 'Query operator expected'],
  ])('%s', (_, query, text) => {
    expect(analyseQuery(query)).toContainEqual(expect.stringContaining(text));
  });
});
