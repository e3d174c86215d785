export { keepTicking } from './keep-ticking.ts';
export { Ticker } from './ticker.ts';
export { createTimeline } from './timeline.ts';
