import { describe, expect, it } from 'vitest';
import { loadTriggers } from '../../../shared/heddle/triggers/definitions/load.ts';
import { readYaml } from '../../../shared/heddle/triggers/definitions/read-yaml.ts';
import { findTemplateFaults } from '../../../shared/heddle/triggers/templates/template-faults.ts';
import { readmeExample } from '../../helpers/readme-example.ts';

const known = {
  actors: ['log', 'http', 'slack-message'],
  sinks: ['http', 'slack-message'],
  sources: ['emit'],
  findTemplateFaults,
};
const load = (fields: string, names: object = known) =>
  loadTriggers(
    readYaml(`triggers:\n  - name: a\n    source: emit\n    eventType: x\n${fields}`),
    names as typeof known,
  );

describe('a URL and the setting of one', () => {
  it('are a fault together, where both are fixed', () => {
    const inputs = '    defaultInputs:\n      url: https://x.example/\n      urlSetting: TOKEN\n';
    expect(load(`    actor: http\n${inputs}`).faults).toEqual([
      {
        line: 8,
        trigger: 'a',
        message:
          'defaultInputs.urlSetting: url and urlSetting both say where it goes: leave one out',
      },
    ]);
    const hook = '    defaultInputs: { urlSetting: A }\n    variables: { webhookSetting: A }\n';
    expect(load(`    actor: slack-message\n${hook}`).faults).toMatchObject([{ line: 7 }]);
  });

  it.each([
    '    actor: http\n    defaultInputs: { urlSetting: TOKEN }\n',
    '    actor: http\n    defaultInputs: { url: https://x.example/ }\n',
    '    actor: http\n    defaultInputs: { url: "https://x.example/" }\n    variables: { url: "https://y.example" }\n',
    '    actor: log\n    defaultInputs: { url: "https://x.example/", urlSetting: TOKEN }\n',
  ])('are none in %j', (fields) => {
    expect(load(fields).faults).toEqual([]);
  });

  it("are an app's own business where the actor is its own", () => {
    const fields =
      '    actor: http\n    defaultInputs: { url: "https://x.example/", urlSetting: T }\n';
    expect(load(fields, { ...known, sinks: [] }).faults).toEqual([]);
  });

  it('are fine apart: the example of the page', () => {
    const file = readmeExample('Secrets in URLs and headers');
    expect(loadTriggers(readYaml(JSON.stringify(file)), known).faults).toEqual([]);
  });
});

describe('a secret in a text (argoproj/argo-events #887)', () => {
  it.each(['secrets.TOKEN', 'env.TOKEN'])('is refused: {{ %s }}, with what to write', (name) => {
    const fields = `    actor: http\n    variables: { url: "https://x.example/{{ ${name} }}" }\n`;
    expect(load(fields).faults).toMatchObject([
      { line: 6, message: expect.stringMatching(/unknown name.*urlSetting.*headerSettings/) },
    ]);
  });
});
