import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { startAzureBackend } from '../helpers/backend.ts';
import { type ListedFunction, toFunctionLine } from '../helpers/function-lines.ts';
import { HeddleHost, prepareHeddle } from '../helpers/heddle-host.ts';

/**
 * To change it on purpose: `npx vitest run --project all test/e2e/functions.test.ts -u`. A name is
 * part of a function's key, its scaling and its settings; a route is what senders have.
 */
const LIST = fileURLToPath(new URL('../fixtures/functions.txt', import.meta.url));

async function list(env: NodeJS.ProcessEnv): Promise<readonly string[]> {
  const host = await HeddleHost.start(prepareHeddle({ env }));
  const functions = await host.get<readonly ListedFunction[]>('admin/functions');
  await host.process.stop();
  return functions.map((one) => toFunctionLine(one, host.process.url));
}

it('the functions have the names, routes, levels and triggers that are written down', async () => {
  const backend = await startAzureBackend();
  onTestFinished(() => backend[Symbol.asyncDispose]());
  const embedded = await list({});
  const azure = await list({ ...backend.env, HEDDLE_STORAGE_QUEUES: 'orders' });
  const inBoth = embedded.filter((line) => azure.includes(line));
  const only = (lines: readonly string[]) => lines.filter((line) => !inBoth.includes(line));
  const text = [
    ...['In each mode, in the order in which routes are tried', ...inBoth, ''],
    ...['Embedded alone', ...only(embedded), ''],
    ...['On Service Bus alone, with the storage queue "orders"', ...only(azure), ''],
  ].join('\n');
  expect(existsSync(LIST)).toBe(true);
  await expect(text).toMatchFileSnapshot(LIST);
});
