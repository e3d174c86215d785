import fc from 'fast-check';
import type { Model } from './model.ts';
import { MAX_DELIVERIES } from './process.ts';
import type { Behaviour } from './script.ts';
import type { Site } from './site.ts';
import * as steps from './steps.ts';

export type Command = fc.AsyncCommand<Model, Site>;

/** Checks after each step that nothing forbidden has happened. */
function toCommand({ text, run }: steps.Step): Command {
  return {
    check: () => true,
    async run(model, site) {
      await run(model, site);
      site.assertSound();
    },
    toString: () => text,
  };
}

const instance = fc.nat({ max: 1 });
const index = fc.nat({ max: 50 });
const at = fc.integer({ min: 1, max: 15 });
const keys = fc.array(fc.constantFrom('x', 'y'), { minLength: 1, maxLength: 4 });

const behaviour: fc.Arbitrary<Behaviour> = fc.record({
  ends: fc.constantFrom('succeeded', 'succeeded', 'again', 'again', 'again', 'forGood'),
  ms: fc.constantFrom(0, 3000, 15_000, 25_000),
  isStubborn: fc.boolean(),
});
const behaviours = fc.array(behaviour, { minLength: 1, maxLength: 6 });
const when = fc.constantFrom<steps.When[]>('before', 'after');
const crashes = fc.array(fc.tuple(at, instance), { minLength: 2, maxLength: MAX_DELIVERIES + 2 });

const deliver = fc.tuple(index, keys, instance).map((given) => steps.deliver(...given));
const tell = behaviours.map((given) => steps.tell(...given));
const crash = fc.tuple(at, when, instance).map((given) => steps.crash(...given));
const storm = crashes.map((given) => steps.storm(...given));
const kill = instance.map(steps.kill);
const ms = fc.constantFrom(11_000, 25_000);
const freeze = fc.tuple(ms, instance).map((given) => steps.freeze(...given));
/** The larger steps exceed a lock, a lease, and the queue's memory of sent messages. */
const pass = fc.constantFrom(500, 4000, 10_001, 20_001, 60_000, 601_000).map(steps.pass);
const work = fc.constantFrom(0, 1000, 5000, 12_000, 30_000, 60_000).map(steps.work);
const receive = instance.map(steps.receive);

function ofOne(step: (index: number, instance: number) => steps.Step) {
  return fc.tuple(index, instance).map((given) => step(...given));
}

/** Frequent commands are listed several times. */
export const COMMANDS: fc.Arbitrary<Command>[] = [
  ...[deliver, deliver, deliver, deliver, work, work, receive, receive, receive, pass],
  ...[tell, tell, crash, crash, kill, freeze, storm, ofOne(steps.duplicate)],
  ...[ofOne(steps.pause), ofOne(steps.resume), ofOne(steps.cancelOne)],
  ...[ofOne(steps.replay), ofOne(steps.resubmitOne)],
].map((step) => step.map(toCommand));
