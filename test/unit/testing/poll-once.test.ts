import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  fire,
  fireEach,
  type PollContext,
  Poller,
  type PollResult,
  skip,
} from '../../../shared/heddle/actors/poller.ts';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { pollOnce } from '../../../shared/heddle/testing/index.ts';

class Page extends Poller {
  static parseOptions(given: JsonObject): JsonObject {
    return z.object({ url: z.url(), keySetting: z.string().default('KEY') }).parse(given);
  }

  override readonly name = 'page';

  override async poll({ options, state, http, readSecret, signal, due, logger }: PollContext) {
    const headers = { 'x-key': readSecret(String(options.keySetting)) };
    const url = String(options.url);
    const limits = { timeoutMs: 1000, maxBytes: 1000, signal };
    const { body } = await http.send({ method: 'GET', url, headers, ...limits });
    logger.info('polled');
    if (body === state) return skip();
    return fire({ body, key: headers['x-key'], due }, { state: body });
  }
}

const options = { url: 'https://example.org/' };
const settings = { KEY: 'a-secret-value' };

class Returning extends Poller {
  static next: () => PollResult = skip;
  override readonly name = 'returning';
  override poll(): PollResult {
    return Returning.next();
  }
}

describe('one poll', () => {
  it('answers what it has found, and the state for the next', async () => {
    const http = () => ({ body: 'one' });
    const due = '2026-03-01T08:00:00Z';
    const first = await pollOnce(Page, { options, settings, http, due });
    expect(first).toEqual({
      outcome: 'fire',
      events: [{ context: { body: 'one', key: '***', due: Date.parse(due) } }],
      state: 'one',
      logs: [{ level: 'info', message: 'polled', fields: { trigger: 'page' } }],
    });
    const { state } = first;
    const second = await pollOnce(Page, { options, settings, http, state: state ?? null });
    expect(second).toMatchObject({ outcome: 'skip', events: [], state: 'one' });
  });

  it('throws what the poller throws', async () => {
    const error = new Error('no route');
    const http = () => Promise.reject(error);
    await expect(pollOnce(Page, { options, settings, http })).rejects.toBe(error);
    const unset = pollOnce(Page, { options, http });
    await expect(unset).rejects.toMatchObject({ code: 'sink_not_configured' });
    const alone = pollOnce(Page, { options, settings });
    await expect(alone).rejects.toThrow('a test has no network for GET https://example.org/');
  });

  it('is refused options and results that the engine refuses', async () => {
    await expect(pollOnce(Page, { options: { url: 'x' } })).rejects.toThrow('poll.with.url');
    Returning.next = () => ({ outcome: 'maybe' }) as never;
    const shapeless = pollOnce(Returning);
    await expect(shapeless).rejects.toThrow('expected skip(), fire() or fireEach() from poll()');
    Returning.next = () => fireEach([{ context: {}, time: 'yesterday' }]);
    await expect(pollOnce(Returning)).rejects.toMatchObject({ code: 'poll_invalid' });
    class Nameless extends Returning {
      override readonly name = '' as 'returning';
    }
    await expect(pollOnce(Nameless)).rejects.toThrow('name: expected letters');
  });
});
