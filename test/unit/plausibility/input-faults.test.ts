import { describe, expect, it } from 'vitest';
import { toKnown } from '../../../infra/user-app.ts';
import { readAll } from '../../../shared/heddle/composition/read-definitions.ts';
import { plain } from '../../fixtures/plain-parts.ts';

const known = await toKnown(plain);

async function faultsOf(trigger: object): Promise<readonly string[]> {
  const base = { name: 't', source: 'emit', actor: 'http' };
  const json = JSON.stringify({ triggers: [{ ...base, ...trigger }] });
  return (await readAll({ json }, known)).faults.map(({ message }) => message);
}

const url = 'https://x.example/';

describe('what can never have worked is a fault', () => {
  it('a setting in braces in an address, which was sent as it stands', async () => {
    expect(await faultsOf({ defaultInputs: { url: `${url}?token=\${LAB_TOKEN}` } })).toEqual([
      expect.stringMatching(/^defaultInputs\.url: \$\{LAB_TOKEN\} is not replaced .*urlSetting$/),
    ]);
    const headers = { authorization: `Bearer \${env.LAB_TOKEN}` };
    expect(await faultsOf({ variables: { url, headers } })).toEqual([
      expect.stringMatching(/^variables\.headers\.authorization: .*headerSettings$/),
    ]);
    const poll = { poller: 'http-health', with: { url: `https://\${HOST}/health` } };
    expect(await faultsOf({ source: 'poll', actor: 'log', poll })).toContainEqual(
      expect.stringMatching(/^poll\.with\.url: \$\{HOST\} is not replaced/),
    );
  });

  it('an input that a built-in actor needs and nothing gives', async () => {
    expect(await faultsOf({ variables: { body: 'x' } })).toEqual([
      expect.stringMatching(
        /^actor: http needs url, and nothing gives it: add url under variables/,
      ),
    ]);
    expect(await faultsOf({ actor: 'storage-queue', defaultInputs: { queueName: 'a' } })).toEqual([
      expect.stringMatching(/queue, and nothing gives it: is queueName meant to be queue\?/),
      expect.stringMatching(/message, and nothing gives it/),
    ]);
  });
});

describe('what may work is none', () => {
  it.each([
    { defaultInputs: { url } },
    { inputMapping: { url: '$.url' } },
    { source: 'completion', passOutputs: true },
    { defaultInputs: { url, body: `echo \${HOME}` } },
    { variables: { url: 'https://x.example/{{ event.id }}', body: `for \${{ event.price }}` } },
    { transform: { url: '{{ event.url }}' } },
    // The event itself is the input.
    {},
    { actor: 'log', defaultInputs: { url: `\${HOME}` } },
  ])('%j', async (trigger) => {
    expect(await faultsOf(trigger)).toEqual([]);
  });
});
