import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Actor } from '../../../shared/heddle/actors/actor.ts';
import { explainTrigger } from '../../../shared/heddle/testing/index.ts';

const GREET = `
  name: greet-issue
  source: github
  eventType: issues.opened
  conditions: { sender: { type: User } }
  actor: greeter
  variables: { who: "{{ event.sender.login }}" }
`;

describe('a trigger that is explained', () => {
  it('matches the example of its type, and shows the input that the actor would get', async () => {
    const found = await explainTrigger(GREET);
    expect(found).toMatchObject({ trigger: 'greet-issue', outcome: 'matched' });
    expect(found.input).toMatchObject({ who: 'Codertocat' });
  });

  it('names the clause that excludes an event', async () => {
    const bot = { data: { sender: { login: 'renovate', type: 'Bot' } } };
    expect(await explainTrigger(GREET, bot)).toMatchObject({
      ...{ outcome: 'unmatched', clause: 'conditions.sender.type' },
      ...{ expected: '"User"', found: '"Bot"' },
    });
    expect(await explainTrigger(GREET, { type: 'issues.reopened' })).toMatchObject({
      ...{ outcome: 'unmatched', clause: 'eventType' },
      ...{ expected: '["issues.opened"]', found: '"issues.reopened"' },
    });
    const slack = { source: 'slack', type: 'message' };
    expect(await explainTrigger(GREET, slack)).toMatchObject({ clause: 'source' });
  });

  it('may be written as an object, with functions', async () => {
    const trigger = {
      source: 'orders',
      actor: 'ship',
      filter: ({ data }: { data: { total: number } }) => data.total > 2,
      transform: ({ data }: { data: { total: number } }) => ({ half: data.total / 2 }),
    };
    const order = (total: number) => ({ type: 'order.paid', data: { total } });
    expect(await explainTrigger(trigger, order(4))).toMatchObject({ input: { half: 2 } });
    expect(await explainTrigger(trigger, order(1))).toMatchObject({ clause: 'code.filter' });
  });

  it('waits for its window, and shows the input of the run that gathers', async () => {
    const trigger = { source: 'emit', eventType: 'x', actor: 'a', debounce: { wait: '10m' } };
    const found = await explainTrigger(trigger, { data: { n: 1 } });
    expect(found.input).toMatchObject({ count: 1, events: [{ n: 1 }] });
  });

  it('shows why the actor would get no input', async () => {
    class Strict extends Actor {
      static override readonly input = z.object({ missing: z.string() });
      execute(): void {}
    }
    const app = { actors: { greeter: Strict } };
    const found = await explainTrigger(GREET, {}, { app });
    expect(found).toMatchObject({ outcome: 'matched', error: { code: 'input_invalid' } });
    expect(found).not.toHaveProperty('input');
  });

  it('is refused with its faults', async () => {
    const wrong = explainTrigger({ source: 'github', actor: 'a', evenType: 'push' });
    await expect(wrong).rejects.toThrow('evenType');
    await expect(explainTrigger('- a\n- b\n')).rejects.toThrow('expected one trigger');
    await expect(explainTrigger('a: [')).rejects.toThrow('line 1');
  });
});
