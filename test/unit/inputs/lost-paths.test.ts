import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createTestApp, explainTrigger } from '../../../shared/heddle/testing/index.ts';
import { toInput } from '../../../shared/heddle/triggers/inputs/inputs.ts';
import { createEvent, createTrigger } from '../../helpers/factories.ts';
import { readmeExample } from '../../helpers/readme-example.ts';

const CASE = new URL(
  '../../fixtures/trigger-cases/mapping-that-leads-nowhere.yaml',
  import.meta.url,
);

async function findLost(written: object, data: object) {
  const lost: unknown[] = [];
  const input = await toInput(createTrigger(written), createEvent({ data: data as never }), {
    onLost: (path) => lost.push(path),
  });
  return { input, lost };
}

describe('a path of a mapping that leads nowhere', () => {
  it('is on the run, in the log and in the explanation (argoproj/argo-events #2076)', async () => {
    await using app = await createTestApp({ triggers: readFileSync(CASE, 'utf8'), app: {} });
    const { runs } = await app.emit('t', { id: 7 });
    expect(runs).toMatchObject([
      { status: 'succeeded', lostPaths: [{ field: 'inputMapping.id', path: '$.idd' }] },
    ]);
    const text = 'inputMapping.id: $.idd led nowhere, so it is not in the input';
    expect((await app.explain()).text).toContain(text);
    expect(app.logs.map(({ message }) => message).join()).toContain(text);
  });

  it('is shown by the kit, for a trigger that has no file', async () => {
    const trigger = { source: 'emit', eventType: 't', actor: 'a', inputMapping: { id: '$.idd' } };
    expect(await explainTrigger(trigger, { data: { id: 7 } })).toMatchObject({
      outcome: 'matched',
      text: expect.stringContaining('inputMapping.id: $.idd led nowhere'),
      run: { lostPaths: [{ field: 'inputMapping.id', path: '$.idd' }] },
    });
    const right = { ...trigger, inputMapping: { id: '$.id' } };
    expect((await explainTrigger(right, { data: { id: 7 } })).text).not.toContain('nowhere');
  });

  it('is said as the page on triggers shows', async () => {
    const { triggers } = readmeExample('A path that leads nowhere') as { triggers: object[] };
    const { text } = await explainTrigger(triggers[0] ?? {}, { data: { id: 7 } });
    expect(text).toContain('inputMapping.id: $.idd led nowhere, so it is not in the input');
    expect(text).toContain(
      'inputMapping.currency: $.money.currency led nowhere, so it is what defaultInputs says',
    );
  });

  it('says what has set the key all the same', async () => {
    const written = {
      defaultInputs: { id: 1, other: 2 },
      inputMapping: { id: '$.idd', other: '$.id', third: '$.x' },
      variables: { third: 'set' },
    };
    const { input, lost } = await findLost(written, { id: 7 });
    expect(input).toMatchObject({ id: 1, other: 7, third: 'set' });
    expect(lost).toEqual([
      { field: 'inputMapping.id', path: '$.idd', setBy: 'defaultInputs' },
      { field: 'inputMapping.third', path: '$.x', setBy: 'variables' },
    ]);
  });

  it('may be one of the output of another run', async () => {
    const written = {
      source: 'completion',
      passOutputs: true,
      outputMapping: { a: '$.b', c: 'd' },
    };
    const { lost } = await findLost(written, { outputs: { a: 1 } });
    expect(lost).toEqual([
      { field: 'outputMapping.a', path: '$.b', setBy: 'passOutputs' },
      { field: 'outputMapping.c', path: 'd' },
    ]);
  });

  it('is not one that finds null, or nothing but an empty text', async () => {
    expect(
      (await findLost({ inputMapping: { a: '$.a', b: '$.b' } }, { a: null, b: '' })).lost,
    ).toEqual([]);
  });
});
