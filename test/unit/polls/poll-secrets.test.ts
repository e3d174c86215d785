import { describe, expect, it } from 'vitest';
import {
  fire,
  type PollContext,
  Poller,
  type PollResult,
  skip,
} from '../../../shared/heddle/actors/poller.ts';
import { SecretReader } from '../../../shared/heddle/composition/secret-reader.ts';
import { redactJson } from '../../../shared/heddle/domain/redact.ts';
import { POLL_RECORDS, POLL_STATES } from '../../../shared/heddle/ports/collections.ts';
import { createRecordingLogger } from '../../helpers/factories.ts';
import { createPollingWorld, type PollingWorld } from '../../helpers/poller-scene.ts';

const settings = { KEY: ' Bearer s3cr3t-key\n', NUMBER: '1234567', BLANK: ' ' };

/** Polls once, with a user's poller that does what the test says. */
async function pollOnce(
  poll: (context: PollContext) => PollResult,
): Promise<PollingWorld & { readonly lines: readonly string[] }> {
  class Own extends Poller {
    override readonly name = 'own';
    override poll(context: PollContext): PollResult {
      return poll(context);
    }
  }
  const world = createPollingWorld(Own, {}, { settings });
  const logger = createRecordingLogger();
  Object.assign(world.engine, { logger });
  await world.poll();
  return { ...world, lines: logger.lines };
}

describe('a poller of your own', () => {
  it('is given the value of an app setting, without spaces around it', async () => {
    let read = '';
    await pollOnce(({ readSecret }) => {
      read = readSecret('KEY');
      return skip();
    });
    expect(read).toBe('Bearer s3cr3t-key');
  });

  it('keeps none of what it has read in its state, or in what it fires with', async () => {
    const world = await pollOnce(({ readSecret }) => {
      const all = readSecret('KEY');
      const number = Number(readSecret('NUMBER'));
      const context = { next: `https://a.example/?key=${all.slice(7)}`, deep: [{ [all]: number }] };
      return {
        ...fire(context, { state: { context, count: 12_345_678 } }),
        ...{ outcome: 'fire', events: [{ context, event: all }] },
      };
    });
    const hidden = { next: 'https://a.example/?key=***', deep: [{ '***': '***' }] };
    expect(world.inputs).toMatchObject([{ ...hidden, event: '***' }]);
    const state = await world.store.read(POLL_STATES, 'watch');
    expect(state?.document.state).toEqual({ context: hidden, count: 12_345_678 });
  });

  it('shows none of it where it throws it, or says it for a problem', async () => {
    const thrown = await pollOnce(({ readSecret }) => {
      throw new Error(`401 with ${readSecret('KEY')}`);
    });
    const told = await pollOnce(({ readSecret }) => skip({ problem: `no ${readSecret('KEY')}` }));
    for (const { lines, store } of [thrown, told]) {
      const record = await store.read(POLL_RECORDS, 'watch');
      expect(record?.document.error).toMatch(/^(401 with|no) \*\*\*$/);
      expect(lines).toHaveLength(1);
      expect(lines.join()).not.toContain('s3cr3t');
    }
  });

  it.each(['BLANK', 'UNSET'])('fails with a setting that holds nothing: %s', async (name) => {
    for (const holds of [undefined, 'the key of the inbox']) {
      const { store } = await pollOnce(({ readSecret }) => {
        readSecret(name, holds);
        return fire();
      });
      const error = `the app setting ${name} should hold ${holds ?? 'a secret'}: it is not set`;
      const record = await store.read(POLL_RECORDS, 'watch');
      expect(record?.document).toMatchObject({ lastOutcome: 'failed', fires: 0, error });
    }
  });

  it('keeps what looks like a secret where it has read none', async () => {
    const context = { text: 'Bearer s3cr3t-key' };
    const { inputs } = await pollOnce(() => fire(context));
    expect(inputs).toMatchObject([context]);
  });
});

describe('a secret that was handed out', () => {
  it.each([
    ['as it is in its setting', ' Bearer s3cr3t-key\n'],
    ['without the spaces around it', 'Bearer s3cr3t-key'],
    ['without its scheme', 's3cr3t-key'],
  ])('is known %s', (_, text) => {
    const reader = new SecretReader((setting) => ({ setting, value: settings.KEY }));
    expect(reader.redact(text)).toBe(text);
    reader.read('KEY');
    expect(reader.redact(`<${text}>`)).toBe('<***>');
  });

  it('leaves numbers, texts and names that only begin as it does', () => {
    const reader = new SecretReader((setting) => ({ setting, value: settings.NUMBER }));
    reader.read('NUMBER');
    const value = { n: 123_456, longer: 12_345_678, list: [null, true, 'a'] };
    expect(redactJson(value, reader.redact)).toEqual(value);
  });
});
