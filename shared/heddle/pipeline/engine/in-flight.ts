/** Reason of an attempt that is asked to end because its run is cancelled. */
export class CancelRequest extends Error {}

interface InFlightAttempt {
  readonly signal: AbortSignal;
  readonly abort: (reason: Error) => void;
  end(): void;
}

/** Attempts that this process executes at present, by their runs' ids. */
export class InFlight {
  readonly #attempts = new Map<string, AbortController>();

  /** Registers an attempt. @returns a signal that {@link cancel} or `abort` aborts */
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

  /** Asks the attempt to end. Does nothing for a run that is executed elsewhere. */
  cancel(runId: string, reason: string): void {
    this.#attempts.get(runId)?.abort(new CancelRequest(reason));
  }
}
