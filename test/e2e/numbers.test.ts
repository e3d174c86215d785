import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HeddleHost, prepareHeddle } from '../helpers/heddle-host.ts';
import { findNumbers, jsonNumber, toValueText } from '../helpers/json-numbers.ts';

const toTriggers = (url: string) => `
sources:
  open: { kind: custom, auth: { kind: none }, requireVerification: false, idPath: id }
triggers:
  - name: to-http
    source: open
    actor: http
    requireVerification: false
    defaultInputs: { url: '${url}' }
    inputMapping: { body: $.all }
  - { name: eq-993, source: open, actor: log, requireVerification: false,
      conditions: { n: '9007199254740993' } }
  - { name: eq-992, source: open, actor: log, requireVerification: false,
      conditions: { n: 9007199254740992 } }
`;

/** Bodies that the sink has received. */
const received: string[] = [];
const sink = createServer(async (request, response) => {
  const body = await text(request);
  received.push(body);
  response.writeHead(200, { 'content-type': 'application/json' }).end(body);
});

let host: HeddleHost;
beforeAll(async () => {
  await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
  const { port } = sink.address() as AddressInfo;
  const env = { HEDDLE_HTTP_ALLOW: '127.0.0.1' };
  const triggers = toTriggers(`http://127.0.0.1:${port}/`);
  host = await HeddleHost.start(prepareHeddle({ triggers, env }));
});
afterAll(async () => {
  await host.process.stop();
  sink.close();
});

/** Delivers the body, and waits for its runs. @returns the answer's text */
async function deliver(body: string): Promise<string> {
  const url = `${host.process.url}/webhooks/custom/open`;
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body });
  expect(response.status).toBe(202);
  await host.drained();
  return response.text();
}

async function getText(path: string): Promise<string> {
  return (await fetch(`${host.process.url}/api/v1/${path}`)).text();
}

it('keeps the value of any JSON number, from the request to store, API, mapping and sink', async () => {
  let id = 7615917337495252231n;
  const numbers = fc.array(jsonNumber, { minLength: 50, maxLength: 50 });
  await fc.assert(
    fc.asyncProperty(numbers, async (list) => {
      id += 1n;
      received.length = 0;
      expect(await deliver(`{"id":${id},"all":[${list.join(',')}]}`)).toBe(`{"id":"${id}"}`);
      await expect.poll(() => received).toHaveLength(1);
      const { data } = JSON.parse(await getText(`events/${id}`), keepText) as { data: object };
      const [run = ''] =
        (await getText('runs?trigger=to-http&limit=1')).match(/"output":\{.*?\}/) ?? [];
      const sent = [`${id}`, ...list].map(toValueText);
      expect(findNumbers(JSON.stringify(data)).map(toValueText)).toEqual(sent);
      expect(findNumbers(received[0] ?? '').map(toValueText)).toEqual(sent.slice(1));
      // The status of the answer comes first.
      expect(findNumbers(run).map(toValueText)).toEqual([toValueText('200'), ...sent.slice(1)]);
    }),
    { numRuns: 5 },
  );
});

it('keeps two large ids, and the conditions about two numbers, apart', async () => {
  for (const [id, trigger] of [
    ['9007199254740993', 'eq-993'],
    ['9007199254740992', 'eq-992'],
  ]) {
    await deliver(`{"id":${id},"n":${id}}`);
    const runs = (await host.runs()).filter(({ eventId }) => eventId === id);
    expect(runs.map((run) => run.trigger).toSorted()).toEqual([trigger, 'to-http']);
  }
});

function keepText(_key: string, value: unknown, { source }: { source?: string } = {}): unknown {
  return typeof value === 'number' ? JSON.rawJSON(source ?? '') : value;
}
