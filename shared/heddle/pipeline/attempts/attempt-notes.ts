import { type ChangedValue, ChangedValues } from '../../domain/code-values.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { LostPath, Run } from '../../domain/run.ts';
import type { RunNotes } from '../../domain/run-notes.ts';
import type { Trigger } from '../../domain/trigger.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Engine } from '../engine/index.ts';
import { AttemptLog } from './attempt-log.ts';
import { toKeptInput } from './kept-input.ts';

type Noting = Pick<Engine, 'clock' | 'redact'>;

/** A window has a path of each of its events. */
const MAX_LOST_PATHS = 50;

/**
 * What an attempt leaves with its run besides its outcome. It is written with the attempt's end, and
 * by no other write: a crash loses it, and nothing else. A trigger with `persistData: false` keeps
 * neither lines nor input, not even until its run has ended.
 */
export class AttemptNotes {
  readonly #engine: Noting;
  readonly #trigger: Pick<Trigger, 'persistData'>;
  readonly #run: Pick<Run, 'event'>;
  readonly #log: AttemptLog;
  readonly #lost = new Map<string, LostPath>();
  readonly #output = new ChangedValues();
  readonly #state = new ChangedValues();
  #input: Pick<RunNotes, 'input' | 'inputIs'> = {};

  constructor(engine: Noting, trigger: Pick<Trigger, 'persistData'>, run: Pick<Run, 'event'>) {
    this.#engine = engine;
    this.#trigger = trigger;
    this.#run = run;
    this.#log = new AttemptLog(engine);
  }

  /** A logger whose lines are kept with the run. */
  wrap(logger: Logger): Logger {
    return this.#trigger.persistData ? this.#log.wrap(logger) : logger;
  }

  /** @param isEvent whether it is the event itself, which is kept already */
  noteInput(input: JsonObject, isEvent: boolean): void {
    // An event that is kept with its run only, until the run has ended, is not to be kept.
    if (!this.#trigger.persistData || this.#run.event) return;
    this.#input = isEvent ? { inputIs: 'event' } : toKeptInput(input, this.#engine.redact);
  }

  /** Notes a value of the output that JSON has no form for; {@link noteState} one of the state. */
  readonly noteOutput = (changed: ChangedValue): void => this.#output.note(changed);
  readonly noteState = (changed: ChangedValue): void => this.#state.note(changed);

  readonly noteLost = (lost: LostPath): void => {
    if (this.#lost.size < MAX_LOST_PATHS) this.#lost.set(lost.field, lost);
  };

  toNotes(): RunNotes {
    for (const line of [...this.#state.toLines('state'), ...this.#output.toLines('output')]) {
      this.#log.add(line.isLossy ? 'warn' : 'info', line.text);
    }
    return {
      ...(this.#trigger.persistData ? this.#log.toKept() : {}),
      ...this.#input,
      ...(this.#lost.size === 0 ? {} : { lostPaths: [...this.#lost.values()] }),
    };
  }
}
