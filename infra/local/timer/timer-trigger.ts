import { resolveSettings } from '../settings/resolve-settings.ts';
import type { ListenerServices, TriggerListener } from '../trigger-listener.ts';
import type { HostedFunction } from '../worker/hosted-function.ts';
import { parseSchedule, type TimerSchedule } from './timer-schedule.ts';

/** setTimeout counts milliseconds in 31 bits; the extension too waits at most 24 days at a time. */
const longestWait = 24 * 86_400_000;

export interface TimerClock {
  now(): number;
  setTimeout(run: () => void, milliseconds: number): { cancel(): void };
}

const systemClock: TimerClock = {
  now: Date.now,
  setTimeout(run, milliseconds) {
    const timer = setTimeout(run, milliseconds);
    return { cancel: () => clearTimeout(timer) };
  },
};

export function createTimerListener(
  fn: HostedFunction,
  services: Pick<ListenerServices, 'invoker' | 'env'>,
  clock: TimerClock = systemClock,
): TriggerListener {
  const expression = resolveSettings(String(fn.trigger.schedule ?? ''), services.env);
  return new TimerListener(fn, services.invoker, toSchedule(expression), clock);
}

function toSchedule(expression: string): TimerSchedule {
  try {
    return parseSchedule(expression);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `The schedule expression '${expression}' was not recognized as a valid cron expression or timespan string: ${reason}.`,
      { cause },
    );
  }
}

/**
 * Runs the schedule of one function, in UTC. Once a run has ended, the next is computed from its
 * start. So there is one run at a time, and of the ticks that a long run missed only the first is
 * made up.
 * https://github.com/Azure/azure-webjobs-sdk-extensions/blob/dev/src/WebJobs.Extensions/Extensions/Timers/Listener/TimerListener.cs
 */
class TimerListener implements TriggerListener {
  readonly #fn: HostedFunction;
  readonly #invoker: ListenerServices['invoker'];
  readonly #schedule: TimerSchedule;
  readonly #clock: TimerClock;
  readonly #isMonitored: boolean;
  #last: Date | undefined;
  #next: Date | undefined;
  #timer: { cancel(): void } | undefined;
  #isStopped = false;

  constructor(
    fn: HostedFunction,
    invoker: ListenerServices['invoker'],
    schedule: TimerSchedule,
    clock: TimerClock,
  ) {
    this.#fn = fn;
    this.#invoker = invoker;
    this.#schedule = schedule;
    this.#clock = clock;
    this.#isMonitored = fn.trigger.useMonitor !== false && !schedule.isSubMinute;
  }

  start(): void {
    this.#next = this.#schedule.next(new Date(this.#clock.now()));
    if (this.#fn.trigger.runOnStartup === true) {
      this.#timer = this.#clock.setTimeout(() => void this.#run(this.#clock.now()), 1);
    } else {
      this.#arm();
    }
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  /** Ignores the caller's input, as the real host does: a timer takes none. */
  runNow(): Promise<unknown> {
    return this.#invoker.invoke(this.#fn, { json: JSON.stringify(this.#toTimerInfo()) });
  }

  #arm(): void {
    if (this.#isStopped || !this.#next) return;
    const due = this.#next.getTime();
    const wait = Math.max(0, due - this.#clock.now());
    const fire = () => (wait > longestWait ? this.#arm() : void this.#run(due));
    this.#timer = this.#clock.setTimeout(fire, Math.min(wait, longestWait));
  }

  /** The invoker never rejects, so that a failing function never stops its schedule. */
  async #run(due: number): Promise<void> {
    // A timer may fire a little early: counting from then would find the same instant again.
    const startedAt = new Date(Math.max(this.#clock.now(), due));
    await this.runNow();
    this.#last = startedAt;
    this.#next = this.#schedule.next(startedAt);
    this.#arm();
  }

  // PascalCase: @azure/functions lower-cases the first letters.
  #toTimerInfo(): object {
    const status = {
      Last: toDotNetTime(this.#last),
      Next: toDotNetTime(this.#next),
      LastUpdated: toDotNetTime(this.#last),
    };
    return {
      Schedule: { AdjustForDST: this.#schedule.adjustForDst },
      ScheduleStatus: this.#isMonitored ? status : null,
      IsPastDue: false,
    };
  }
}

/** A .NET DateTime of a machine in UTC; `default(DateTime)` means never. */
function toDotNetTime(time: Date | undefined): string {
  if (!time) return '0001-01-01T00:00:00+00:00';
  return time.toISOString().replace(/(\.000)?Z$/, '+00:00');
}
