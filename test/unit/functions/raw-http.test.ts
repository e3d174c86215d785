import { describe, expect, it } from 'vitest';
import type { Invocation, ProgrammingModel, RawRequest } from '../../../functions/host-protocol.ts';
import { serveRaw } from '../../../functions/raw-http.ts';

const library = {
  name: '@azure/functions',
  version: '4',
  getCapabilities: (defaults: object) => ({ ...defaults, asked: true }),
  getInvocationModel: ({ metadata }: Invocation) => ({ served: metadata.name }) as never,
};

/** Serves one function raw, and invokes it as the worker does. */
function createSubject() {
  let model: ProgrammingModel = library;
  const seen: RawRequest[] = [];
  const handler = async (request: RawRequest) => {
    seen.push(request);
    return { status: 202, headers: { 'x-a': 'b' }, body: '{"ü":1}' };
  };
  serveRaw(new Map([['hook', handler]]), {
    getProgrammingModel: () => model,
    setProgrammingModel: (given) => {
      model = given;
    },
  });
  const invoke = async (http: object) => {
    const context = {
      invocationId: 'i1',
      metadata: { name: 'hook' },
      request: { inputData: [{ data: { http } }], traceContext: { traceParent: '00-a-b-01' } },
    };
    const invocation = await model.getInvocationModel(context);
    const { context: given, inputs } = await invocation.getArguments();
    return invocation.getResponse(given, await invocation.invokeFunction(given, inputs));
  };
  return { seen, invoke, model: () => model };
}

describe('a function that is served raw', () => {
  it('gets what the host sends, and answers with bytes', async () => {
    const { seen, invoke } = createSubject();
    const body = { bytes: new Uint8Array(Buffer.from([0, 255, 1, 2])).subarray(1, 3) };
    const http = { method: 'POST', headers: { a: '1' }, query: { q: '2' }, params: { name: 'x' } };
    const response = await invoke({ ...http, body });
    expect(seen).toEqual([{ ...http, body: Buffer.from([255, 1]), traceparent: '00-a-b-01' }]);
    expect(response).toEqual({
      invocationId: 'i1',
      outputData: [],
      returnValue: {
        http: {
          statusCode: '202',
          headers: { 'x-a': 'b' },
          cookies: [],
          body: { bytes: Buffer.from('{"ü":1}') },
        },
      },
    });
  });

  it('takes values that may be missing, as newer hosts send them, and a body as text', async () => {
    const { seen, invoke } = createSubject();
    await invoke({
      method: 'PUT',
      nullableHeaders: { a: { value: '1' }, b: {} },
      nullableQuery: { q: { value: '2' } },
      nullableParams: { name: { value: 'x' } },
      body: { string: 'ü' },
    });
    expect(seen).toMatchObject([
      { headers: { a: '1', b: '' }, query: { q: '2' }, params: { name: 'x' } },
    ]);
    expect(seen[0]?.body.toString()).toBe('ü');
  });

  it('gets an empty body where there is none', async () => {
    const { seen, invoke } = createSubject();
    await invoke({ method: 'OPTIONS', body: null });
    expect(seen[0]?.body).toEqual(Buffer.alloc(0));
  });
});

describe('the library', () => {
  it('serves all other functions, and is asked for the capabilities', async () => {
    const { model } = createSubject();
    const context = { invocationId: 'i2', metadata: { name: 'other' }, request: {} };
    expect(await model().getInvocationModel(context)).toEqual({ served: 'other' });
    expect(await model().getCapabilities?.({ a: 1 })).toEqual({ a: 1, asked: true });
    expect(model()).toMatchObject({ name: '@azure/functions', version: '4' });
  });

  it('serves everything where the worker offers no model to stand in for', () => {
    expect(() => serveRaw(new Map(), undefined)).not.toThrow();
    const core = { setProgrammingModel: () => expect.fail('it must not be replaced') };
    serveRaw(new Map(), core);
  });
});
