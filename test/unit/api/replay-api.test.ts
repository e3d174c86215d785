import { describe, expect, it } from 'vitest';
import { toQueryReplay, toRunReplay } from '../../../shared/heddle/api/replays.ts';
import { parseCall } from '../../../shared/heddle/api/request/answer.ts';
import { findRoute } from '../../../shared/heddle/api/routes/routes.ts';
import { createApiSide, type ReplayRequest } from '../../helpers/api-side.ts';
import { createReplayScene } from '../../helpers/replay-scene.ts';

const NOW = Date.UTC(2026, 0, 2);

function ask(body: unknown = {}, query = '', key?: string): ReplayRequest {
  return { body, query: new URLSearchParams(query), key };
}

/** Parses a request as the route of this name does. */
function parseFor(name: 'api-replay-start' | 'api-replay-run', request: ReplayRequest) {
  return parseCall(findRoute(name), { ...request, by: { kind: 'local' } });
}

function parseQueryReplay(request: ReplayRequest, now: number) {
  const { body, key } = parseFor('api-replay-start', request);
  return { ...toQueryReplay(body as Parameters<typeof toQueryReplay>[0], now), key };
}

function parseRunReplay(request: ReplayRequest) {
  const { query, body } = parseFor('api-replay-run', request);
  return toRunReplay(query, body as Parameters<typeof toRunReplay>[1]);
}

const toFault = (body: unknown, query?: string, key?: string) => {
  try {
    parseQueryReplay(ask(body, query, key), NOW);
  } catch (error) {
    return String(error);
  }
  return 'accepted';
};

describe('what is asked of a replay by query', () => {
  it('has defaults, and times of UTC', () => {
    const query = { type: 'push', since: '1h', until: '2026-01-02T00:30:00+01:00' };
    expect(parseQueryReplay(ask({ query }), NOW)).toEqual({
      query: {
        ...{ type: 'push', since: '2026-01-01T23:00:00.000Z', until: '2026-01-01T23:30:00.000Z' },
      },
      ...{ uses: 'present', rate: 10, preview: false, key: undefined },
    });
  });

  it.each([
    ['no query', {}, 'query: '],
    ['all there ever was', { query: { status: 'matched' } }, 'query: expected a source'],
    ['an unknown field', { query: { source: 'github', actor: 'x' } }, 'query: '],
    ['a run status without trigger', { query: { source: 'a', status: 'failed' } }, 'query.status'],
    ['runs that go on', { query: { trigger: 't', status: 'running' } }, 'query.status'],
    ['a time that is none', { query: { since: 'soon' } }, 'query.since'],
    ['a time to come', { query: { since: '2026-01-03T00:00:00Z' } }, 'query.since'],
    ['times the wrong way round', { query: { since: '1h', until: '2h' } }, 'query.since'],
    ['no rate', { query: { source: 'a' }, rate: 0 }, 'rate'],
    ['a broken rate', { query: { source: 'a' }, rate: 1.5 }, 'rate'],
    ['a rate as text', { query: { source: 'a' }, rate: '5' }, 'rate'],
    ['a body that is a list', [], 'body_invalid|expected object'],
  ])('is refused with %s', (_name, body, fault) => {
    expect(toFault(body)).toMatch(new RegExp(fault));
  });

  it('is refused with parameters in the URL, or a key that is none', () => {
    const body = { query: { source: 'github' } };
    expect(toFault(body)).toBe('accepted');
    expect(toFault(body, 'code=key')).toBe('accepted');
    expect(toFault(body, 'source=github&rate=5')).toMatch(
      /^RejectedError: source: .* expected them in the body, such as \{ "query": /,
    );
    expect(toFault(body, '', ' ')).toContain('Idempotency-Key');
    expect(toFault(body, '', 'k'.repeat(256))).toContain('Idempotency-Key');
  });
});

describe('what is asked of a replay of one run', () => {
  it('may stand in the URL or in the body, and in the URL first', () => {
    expect(parseRunReplay(ask()).uses).toBe('present');
    expect(parseRunReplay(ask({ uses: 'original' })).uses).toBe('original');
    expect(parseRunReplay(ask({ uses: 'original' }, 'uses=present')).uses).toBe('present');
    expect(() => parseRunReplay(ask({ trigger: 't' }))).toThrow('trigger');
  });
});

describe('what callers may do again', () => {
  it('finds an event by the id of its sender, and by its source where several have it', async () => {
    const scene = createReplayScene([{ name: 't' }, { name: 'g', source: 'grafana' }]);
    const side = createApiSide(scene.world.engine);
    await scene.take('a');
    await scene.take('a', { source: 'grafana' });
    await expect(side.replayEvent('a', ask())).rejects.toMatchObject({ code: 'event_ambiguous' });
    const { runs } = await side.replayEvent('a', ask({ trigger: 'g' }, 'source=grafana'));
    await scene.deliver();
    expect(await scene.replays()).toMatchObject([{ id: runs[0], trigger: 'g' }]);
  });

  it('lists replays by status without what their turns alone need', async () => {
    const scene = createReplayScene();
    const side = createApiSide(scene.world.engine);
    await scene.take('a');
    await scene.take('b');
    const body = { query: { source: 'github' }, rate: 1 };
    const started = await side.startReplay(ask(body));
    await scene.deliver();
    const { items } = await side.listReplays(new URLSearchParams('status=running'));
    expect(items).toMatchObject([{ status: 'running', found: 2, replayed: 1, rate: 1 }]);
    const [job] = items;
    for (const field of ['turn', 'dueAt', 'continuation']) {
      expect(job).not.toHaveProperty(field);
      expect(started).not.toHaveProperty(field);
    }
    expect(await side.getReplay(job?.id ?? '')).toEqual(job);
    const done = await side.listReplays(new URLSearchParams('status=done'));
    expect(done.items).toEqual([]);
    await expect(side.getReplay('nobody')).rejects.toMatchObject({ code: 'replay_not_found' });
  });
});
