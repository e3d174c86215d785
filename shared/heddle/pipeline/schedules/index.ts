export { keepTicking } from './keep-ticking.ts';
export { type RanNow, runNow } from './run-now.ts';
export { Ticker } from './ticker.ts';
export { createTimeline } from './timeline.ts';
