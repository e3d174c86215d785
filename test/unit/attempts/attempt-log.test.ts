import { expect, it } from 'vitest';
import { cancelRunById } from '../../../shared/heddle/pipeline/completion/cancel-run.ts';
import { InFlight } from '../../../shared/heddle/pipeline/engine/in-flight.ts';
import { createEvent, createRecordingLogger } from '../../helpers/factories.ts';
import { createGate, deliver } from '../../helpers/gated-actor.ts';
import { createWorld, LOCK_MS, toTriggers } from '../../helpers/world.ts';

/** Collects the log of attempts that the test ends. */
function create(written: object = {}) {
  const gate = createGate();
  const triggers = toTriggers({ name: 't', actor: 'gated', ...written });
  const world = createWorld(triggers, { gated: gate.actor });
  const logger = createRecordingLogger();
  Object.assign(world.engine, { logger });
  const begin = async () => {
    await world.send(createEvent({ id: 'a' }));
    await deliver(world);
  };
  return { gate, world, begin, lines: logger.lines };
}

const NOT_COUNTED = 'meanwhile: this attempt does not count';

it.each([
  [1, 'after 1 attempt: '],
  [2, 'after 2 attempts: '],
])('says after how many attempts a run has failed: %i', async (maxAttempts, text) => {
  const { gate, world, begin, lines } = create({ retry: { maxAttempts, delay: '1s' } });
  await begin();
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    await gate.end('a', new Error('no'));
    await world.clock.advance(2000);
    await deliver(world);
  }
  expect(lines.filter((line) => line.startsWith('error'))).toEqual([
    expect.stringMatching(`^error A run of trigger t failed ${text}`),
  ]);
});

it('says of each attempt that fails which it was, when the next is due, and where it failed', async () => {
  const { gate, world, begin, lines } = create({ retry: { maxAttempts: 2, delay: '1s' } });
  await begin();
  await gate.end('a', new TypeError('no'));
  await world.clock.advance(2000);
  await deliver(world);
  await gate.end('a', new TypeError('still no'));
  const failed = lines.filter((line) => line.startsWith('warn'));
  expect(failed).toHaveLength(2);
  expect(failed[0]).toMatch(
    /^warn Attempt 1 of a run of trigger t failed, the next is due at 2026-\S+Z: TypeError: no\n +at .*attempt-log\.test\.ts/,
  );
  expect(failed[1]).toMatch(/^warn Attempt 2 of a run of trigger t failed: TypeError: still no\n/);
});

it('says of an event what it runs, and of a run how it has ended', async () => {
  const { gate, begin, lines } = create();
  await begin();
  await gate.end('a');
  expect(lines).toEqual([
    expect.stringMatching(
      /^info Event github pull_request.opened: 1 of 1 trigger matched: t .*"eventId":"a","matched":1/,
    ),
    expect.stringMatching(
      /^info A run of trigger t succeeded after 1 attempt .*"actor":"gated","status":"succeeded","attempts":1,"durationMs":0/,
    ),
  ]);
});

it.each(['here', 'elsewhere'])('says of a run that is cancelled %s that it is', async (where) => {
  const { gate, world, begin, lines } = create();
  await begin();
  const [run] = await world.runs();
  const inFlight = where === 'here' ? world.engine.inFlight : new InFlight();
  // At the same millisecond the end would be taken for the attempt's own, written twice.
  const clock = { ...world.clock, now: () => world.clock.now() - 1 };
  await cancelRunById({ ...world.engine, inFlight, clock }, run?.id ?? '', 'enough');
  await gate.end('a');
  const texts = lines.map((line) => line.split(' {')[0]);
  expect(texts.filter((line) => line?.includes('meanwhile'))).toEqual([
    `info The run was cancelled ${NOT_COUNTED}`,
  ]);
});

it('says of a run that another delivery has that it is taken over', async () => {
  const { gate, world, begin, lines } = create();
  await begin();
  await world.clock.advance(LOCK_MS + 1);
  await deliver(world);
  await gate.end('a');
  expect(lines.filter((line) => line.includes(NOT_COUNTED))).toEqual([
    expect.stringMatching(/^warn The run was taken over /),
  ]);
});
