import { describe, expect, it } from 'vitest';
import { createTestApp, explainTrigger } from '../../../shared/heddle/testing/index.ts';
import { readmeExample } from '../../helpers/readme-example.ts';

const { triggers } = readmeExample('One run for each item');
const [example] = triggers as readonly [object];
const lines = [{ sku: 'a' }, { sku: 'b' }, { sku: 'a' }];

describe('a trigger with forEach', () => {
  it('shows the input of each run', async () => {
    const trigger = { ...example, source: 'emit' };
    const { text, input, inputs } = await explainTrigger(trigger, { data: { id: 7, lines } });
    expect(text).toContain(
      'yes: 2 runs, one for each item of $.lines, 1 with the key of an earlier',
    );
    expect(inputs).toMatchObject([
      { order: 7, sku: 'a', place: '1 of 3' },
      { order: 7, sku: 'b', place: '2 of 3' },
    ]);
    expect(input).toEqual(inputs?.[0]);
  });

  it.each([
    [[{ a: 1 }], { a: 1 }],
    [[5], { item: 5, index: 0 }],
  ])('has the item for its input where it says nothing else: %j', async (items, expected) => {
    const trigger = 'source: emit\nforEach: $.items\nactor: log';
    const { input } = await explainTrigger(trigger, { data: { items } });
    expect(input).toMatchObject(expected);
    expect(input).not.toHaveProperty('items');
  });

  it.each([
    ['forEach: items', 'forEach: expected a path such as $.items'],
    ['forEach: $.items[', 'forEach: expected a JSONPath'],
    ['forEach: { path: $.items, max: 1001 }', 'forEach.max'],
    ['forEach: { path: $.items, key: "{{ itm.id }}" }', 'forEach.key: unknown name "itm"'],
    ['variables: { a: "{{ item.id }}" }', 'unknown name "item"'],
  ])('has a fault in %s', async (fields, fault) => {
    const trigger = `source: emit\nactor: log\n${fields}`;
    await expect(explainTrigger(trigger, { data: {} })).rejects.toThrow(fault);
  });

  it('is explained with how its runs have ended, since the first says nothing of the others', async () => {
    const trigger = { name: 'each', source: 'emit', forEach: '$.items', actor: 'http' };
    const given = { ...trigger, defaultInputs: { method: 'GET' }, retry: { maxAttempts: 1 } };
    const mapped = { ...given, inputMapping: { url: '$.item.url' } };
    const http = ({ url }: { readonly url: string }) => ({
      status: url.includes('b.') ? 404 : 200,
    });
    await using app = await createTestApp({ triggers: [mapped], http });
    await app.emit('any', { items: [{ url: 'https://a.example' }, { url: 'https://b.example' }] });
    const { triggers: explained } = await app.explain();
    expect(explained).toMatchObject([{ statuses: { succeeded: 1, failed: 1 } }]);
    expect(explained[0]?.text).toMatch(/\$\.items: 1 \w+, 1 \w+; the first: run/);
  });

  it('chooses items by a path', async () => {
    const trigger = 'source: emit\nforEach: "$.items[?@.price > 10]"\nactor: log';
    const items = [{ price: 5 }, { price: 20 }, { price: 30 }];
    const { inputs } = await explainTrigger(trigger, { data: { items } });
    expect(inputs).toMatchObject([{ price: 20 }, { price: 30 }]);
  });
});
