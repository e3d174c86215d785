import { defineActors } from '../heddle/actors/actor.ts';
import { LogActor } from '../heddle/actors/log.ts';
import { PrReviewer } from './actors/pr-reviewer.ts';

/** Every actor that a trigger may name. Add yours here. */
export const actors = defineActors({
  log: LogActor,
  'pr-reviewer': PrReviewer,
});
