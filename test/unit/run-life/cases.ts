import type { Behaviour } from './script.ts';
import {
  cancelOne,
  crash,
  deliver,
  freeze,
  pass,
  pause,
  receive,
  resubmitOne,
  resume,
  type Step,
  storm,
  tell,
  work,
} from './steps.ts';
import { ALL } from './triggers.ts';

const ok: Behaviour = { ends: 'succeeded', ms: 0, isStubborn: false };
const forGood: Behaviour = { ...ok, ends: 'forGood' };

/** Past failures, each in the smallest form that the model found. */
export const CASES: Readonly<
  Record<string, { readonly types: readonly string[]; readonly steps: readonly Step[] }>
> = {
  'when a run that is about to begin has to make room': {
    types: ['replacing'],
    steps: [pause(0), deliver(0, ['x', 'x']), receive(), deliver(0, ['x'])],
  },
  'when an actor that is asked to end goes on for longer than its lease': {
    types: ['asking'],
    steps: [tell({ ...ok, ms: 25_000, isStubborn: true }), deliver(0, ['x', 'x']), work(30_000)],
  },
  'when a run is resubmitted, and cancelled before it begins again': {
    types: ['plain'],
    steps: [tell(forGood), deliver(0, ['x']), work(0), resubmitOne(0), cancelOne(0), work(0)],
  },
  'when a run is resubmitted in the millisecond in which it has failed': {
    types: ['plain'],
    steps: [tell(forGood), deliver(0, ['x']), receive(), resubmitOne(0), receive()],
  },
  'when an instance that still knows of a pause holds again what was let go': {
    types: [ALL],
    steps: [pause(0), deliver(0, ['x']), work(0), resume(0), receive(1)],
  },
  'when runs that wait for a slot are dropped': {
    types: ['dropping'],
    steps: [deliver(0, ['x', 'x', 'x']), receive(), pause(0), pass(20_001), receive()],
  },
  'when several runs of which the last is kept come to be held at once, and again': {
    types: ['lasting'],
    steps: [deliver(0, ['x', 'x', 'x']), receive(), pause(0), pass(20_001), receive()],
  },
  'when a run is cancelled by one that is given up': {
    types: ['asking'],
    steps: [
      ...[deliver(0, ['x', 'x', 'x']), receive(), deliver(0, ['x', 'x', 'x'])],
      ...[storm([11, 0], [1, 0]), pause(0), receive()],
    ],
  },
  'when a message is given up between a skip and the window that it was for': {
    types: ['batched'],
    steps: [
      ...[deliver(0, ['x']), receive(), deliver(0, ['x', 'x'])],
      ...[storm([5, 0], [2, 0], [2, 0]), pass(500)],
    ],
  },
  'when a message is given up between the record of the next attempt and its message': {
    types: ['asking'],
    steps: [
      ...[deliver(0, ['x', 'x', 'x']), receive(), deliver(0, ['x', 'x'])],
      ...[storm([5, 0], [11, 0]), storm([1, 0], [1, 0])],
    ],
  },
  'when a message is given up between the end of its run and what follows from that': {
    types: ['plain'],
    steps: [deliver(0, ['x', 'x']), storm([1, 0], [2, 0], [7, 0], [1, 0])],
  },
  'when a message catches up with a run whose next attempt begins': {
    types: ['single'],
    steps: [
      ...[deliver(0, ['x', 'x', 'x']), storm([10, 0], [7, 0], [8, 0])],
      ...[tell({ ...ok, ms: 15_000 }), work(0)],
    ],
  },
  'when an instance dies between taking a slot from a run and cancelling that': {
    types: ['replacing'],
    steps: [
      ...[deliver(0, ['x']), crash(10, 'before'), tell({ ...ok, ms: 15_000, isStubborn: true })],
      ...[receive(1), deliver(0, ['x', 'x', 'x', 'x'], 1), work(0)],
    ],
  },
  'when an instance dies, and another stands still for longer than its leases': {
    types: ['one'],
    steps: [
      ...[tell({ ...ok, ms: 15_000 }, { ...ok, ms: 25_000 }), deliver(0, ['x', 'x', 'x'])],
      ...[receive(), crash(1, 'before'), pass(10_001), receive(1), freeze(25_000, 1)],
    ],
  },
};
