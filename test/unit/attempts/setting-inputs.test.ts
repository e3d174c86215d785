import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { toActorInput } from '../../../shared/heddle/pipeline/attempts/actor-input.ts';
import type { TriggerCode } from '../../../shared/heddle/triggers/code/index.ts';
import { createEvent, createTrigger } from '../../helpers/factories.ts';

/** What a sender writes who wants a secret of the app. */
const data = { url: 'https://evil.example', headerSettings: { A: 'TOKEN' }, name: 'TOKEN' };
const event = createEvent({ data, fields: {} });
const Sender = {
  input: z.looseObject({ url: z.string().optional() }),
  settingInputs: ['urlSetting', 'headerSettings'],
};

const parse = (written: object, code?: TriggerCode) =>
  toActorInput(createTrigger(written), [event], Sender, code);
const REFUSED = { name: 'TerminalError', code: 'input_invalid' };

describe('the name of an app setting in an input', () => {
  it('is not taken from an event that is the input itself', async () => {
    await expect(parse({})).rejects.toMatchObject({
      ...REFUSED,
      message: expect.stringContaining('headerSettings: the name of an app setting is not taken'),
    });
  });

  it.each<[string, object]>([
    ['a path', { inputMapping: { urlSetting: '$.name' } }],
    ['a template', { variables: { urlSetting: '{{ event.name }}' } }],
    ['a path beside the one written', { ...written('B'), inputMapping: { urlSetting: '$.name' } }],
  ])('is not taken from an event by %s', async (_, trigger) => {
    await expect(parse(trigger)).rejects.toMatchObject(REFUSED);
  });

  it('is taken from the trigger, where an event may say the same', async () => {
    expect(await parse(written('A'))).toMatchObject({ urlSetting: 'A' });
    expect(await parse({ variables: { headerSettings: { B: 'OWN' } } })).toMatchObject({
      headerSettings: { B: 'OWN' },
    });
  });

  it('is taken from a transform in code that did not find it in the payload', async () => {
    const transform = () => ({ url: 'https://a.example', urlSetting: 'OWN' });
    expect(await parse({}, { transform })).toMatchObject({ urlSetting: 'OWN' });
    const passing: TriggerCode = { transform: ({ data: payload }) => ({ ...payload }) };
    await expect(parse({}, passing)).rejects.toMatchObject(REFUSED);
  });

  it('is an input like others to an actor that reads no settings', async () => {
    const input = await toActorInput(createTrigger({}), [event], {});
    expect(input).toMatchObject(data);
  });
});

function written(urlSetting: string) {
  return { defaultInputs: { urlSetting } };
}
