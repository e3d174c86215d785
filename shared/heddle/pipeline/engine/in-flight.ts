/** Why an attempt is asked to end: whoever asked wants its run cancelled. */
export class CancelRequest extends Error {}

interface InFlightAttempt {
  readonly signal: AbortSignal;
  readonly abort: (reason: Error) => void;
  end(): void;
}

/** The attempts that this process executes at present, to reach them by their runs' ids. */
export class InFlight {
  readonly #attempts = new Map<string, AbortController>();

  /** @returns a signal that aborts with a {@link CancelRequest}, or by whoever got it with `abort` */
  begin(runId: string): InFlightAttempt {
    const controller = new AbortController();
    this.#attempts.set(runId, controller);
    return {
      signal: controller.signal,
      abort: (reason) => controller.abort(reason),
      end: () => {
        if (this.#attempts.get(runId) === controller) this.#attempts.delete(runId);
      },
    };
  }

  /** Asks the attempt to end; of a run that is executed elsewhere nothing happens. */
  cancel(runId: string, reason: string): void {
    this.#attempts.get(runId)?.abort(new CancelRequest(reason));
  }
}
