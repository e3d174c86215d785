import { describe, expect, it } from 'vitest';
import { Actor } from '../../../shared/heddle/actors/actor.ts';
import { createRuntime } from '../../../shared/heddle/actors/create-runtime.ts';
import { defineTrigger } from '../../../shared/heddle/actors/define-trigger.ts';
import { createTestApp } from '../../../shared/heddle/testing/index.ts';

class Failing extends Actor {
  async execute(): Promise<never> {
    throw new Error('again');
  }
}

const actors = { failing: Failing };
const retry = { maxAttempts: 4, delay: '4s', jitter: 'none' } as const;
const file = `triggers:
  - { name: by-file, source: emit, eventType: x, actor: failing, retry: ${JSON.stringify(retry)} }
`;

describe('retry without backoff', () => {
  it('is exponential in a file and in every form of code', async () => {
    const runtime = createRuntime();
    const fields = { source: 'emit', eventType: 'x', actor: 'failing', retry } as const;
    runtime.registerTrigger('by-name', fields);
    runtime.registerTrigger({ type: 'manual', name: 'by-type', actor: 'failing', retry });
    const defined = defineTrigger('defined', fields);
    await using app = await createTestApp({
      ...{ triggers: file, app: { actors, runtime, triggers: [defined] } },
    });
    await app.emit('x', {});
    await app.execute('by-type', {});
    await app.advance('2m');
    const names = ['by-file', 'by-name', 'defined', 'by-type'];
    for (const name of names) {
      const [run] = await app.runs(name);
      const begun = (run?.attempts ?? []).map(({ startedAt }) => Date.parse(startedAt));
      const waits = begun.slice(1).map((at, index) => (at - (begun[index] ?? 0)) / 1000);
      expect(waits, name).toEqual([4, 8, 16]);
    }
  });
});
