import { createRuntime, defineActors, defineApp } from 'heddle';
import { PrReviewer } from './actors/pr-reviewer.ts';

export default defineApp({
  actors: defineActors({ 'pr-reviewer': PrReviewer }),
  runtime: createRuntime(),
});
