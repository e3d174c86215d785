import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HttpRequest } from '../../../shared/heddle/ports/http-client.ts';
import { createTestApp, type TestApp } from '../../../shared/heddle/testing/index.ts';
import { findNumbers, jsonNumber, toValueText } from '../../helpers/json-numbers.ts';

const TRIGGERS = `
sources:
  bigid: { kind: custom, secrets: [S_TOKEN], auth: { kind: bearer }, typePath: kind, idPath: p_id }
  open: { kind: custom, auth: { kind: none }, requireVerification: false }
triggers:
  - { name: t-bigid, source: bigid, actor: log }
  - { name: big-993, source: bigid, actor: log, conditions: { n: 9007199254740993 } }
  - { name: eq-a, source: emit, eventType: t.big, actor: log, conditions: { id: 9007199254740993 } }
  - { name: eq-b, source: emit, eventType: t.big, actor: log, conditions: { id: 9007199254740992 } }
  - { name: eq-c, source: emit, eventType: t.big, actor: log, conditions: { id: '9007199254740993' } }
  - { name: c-big, source: open, actor: http, requireVerification: false,
      defaultInputs: { url: https://sink.example/ },
      inputMapping: { body: $.all },
      conditions: { all: { exists: true } } }
  - { name: c-text, source: open, actor: http, requireVerification: false,
      defaultInputs: { url: https://text.example/ },
      variables: { body: '{{ event.id }}' },
      conditions: { id: { exists: true } } }
`;

async function open() {
  const requests: HttpRequest[] = [];
  const http = (request: HttpRequest) => {
    requests.push(request);
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: request.body ?? '',
    };
  };
  const settings = { S_TOKEN: 'tok-1' };
  return { app: await createTestApp({ triggers: TRIGGERS, settings, http }), requests };
}

const json = { 'content-type': 'application/json' };

function deliver(app: TestApp, source: string, body: string) {
  const headers = { ...json, authorization: 'Bearer tok-1' };
  return app.deliver({ path: `/webhooks/custom/${source}`, headers, body });
}

describe('numbers that no double holds', () => {
  it('make two events of two ids, and meet no condition about another number', async () => {
    const { app } = await open();
    await using _ = app;
    for (const id of ['7615917337495252231', '7615917337495252232']) {
      const body = `{"kind":"k","p_id":${id},"n":9007199254740992}`;
      const { status, events, runs } = await deliver(app, 'bigid', body);
      expect({ status, id: events[0]?.id }).toEqual({ status: 202, id });
      expect(runs.map(({ trigger }) => trigger)).toEqual(['t-bigid']);
      expect((await app.explain(events[0])).text).toContain(
        'conditions.n expected "9007199254740993", found 9007199254740992',
      );
    }
    const sent = '{"kind":"k","p_id":7615917337495252233,"n":9007199254740993}';
    const { runs } = await deliver(app, 'bigid', sent);
    expect(runs.map(({ trigger }) => trigger)).toEqual(['t-bigid', 'big-993']);
  });

  it('are stored as they were sent', async () => {
    const { app } = await open();
    await using _ = app;
    const body = '{"n":9007199254740993,"order":820982911946154508}';
    const { events } = await deliver(app, 'open', body);
    expect(JSON.stringify(await readEvent(app, events[0]?.id))).toContain(`"data":${body}`);
    expect(events[0]?.data).toEqual({ n: '9007199254740993', order: '820982911946154508' });
  });

  it('are told apart by conditions, quoted or not', async () => {
    const { app } = await open();
    await using _ = app;
    for (const [id, triggers] of [
      ['9007199254740993', ['eq-a', 'eq-c']],
      ['9007199254740992', ['eq-b']],
      ['9007199254740994', []],
    ] as const) {
      const { runs } = await app.emit('t.big', { id: BigInt(id) });
      expect(runs.map(({ trigger }) => trigger)).toEqual(triggers);
    }
  });

  it('are written out by templates as they were sent', async () => {
    const { app, requests } = await open();
    await using _ = app;
    await deliver(app, 'open', '{"id":7615917337495251231}');
    expect(requests.map(({ body }) => body)).toEqual(['7615917337495251231']);
  });
});

describe('the value of any JSON number', () => {
  it('survives ingest, store, API, mapping, sink and output', async () => {
    const { app, requests } = await open();
    await using _ = app;
    await fc.assert(
      fc.asyncProperty(fc.array(jsonNumber, { minLength: 1, maxLength: 20 }), async (numbers) => {
        const sent = numbers.map(toValueText);
        const { events, runs } = await deliver(app, 'open', `{"all":[${numbers.join(',')}]}`);
        const { data } = await readEvent(app, events[0]?.id);
        const run = await app.app.call('api-run', { params: { id: runs[0]?.id ?? '' } });
        const { output } = run as { readonly output: { readonly body: unknown } };
        for (const text of [
          JSON.stringify(data),
          requests.at(-1)?.body,
          JSON.stringify(output.body),
        ]) {
          expect(findNumbers(text ?? '').map(toValueText)).toEqual(sent);
        }
      }),
      { numRuns: 50 },
    );
  });
});

function readEvent(app: TestApp, id = '') {
  return app.app.call('api-event', { params: { id }, query: new URLSearchParams({}) });
}
