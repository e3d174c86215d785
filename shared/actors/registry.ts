import { defineActors } from './actor.ts';
import { LogActor } from './log.ts';
import { PrReviewer } from './pr-reviewer.ts';

/** Every actor that a trigger may name. Add yours here. */
export const actors = defineActors({
  log: LogActor,
  'pr-reviewer': PrReviewer,
});
