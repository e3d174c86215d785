/** A message hidden from other receivers. Its receipt changes with each renewal. */
export interface LeasedMessage {
  messageId: string;
  popReceipt: string;
}

export interface LeaseOptions {
  /** How long each renewal hides the message. */
  leaseMs: number;
  /** Hides the message for that long from now, and returns the new receipt. */
  renew(message: LeasedMessage): Promise<string>;
  onFailure(error: unknown): void;
}

export interface Lease {
  /** Stops renewing. Resolves with the valid receipt. */
  end(): Promise<LeasedMessage>;
}

/**
 * Renews at half the lease time. After an error it tries again sooner, unless another receiver has
 * the message.
 */
export function holdLease(message: LeasedMessage, options: LeaseOptions): Lease {
  let current = message;
  let isOver = false;
  let renewal: Promise<void> = Promise.resolve();
  let timer = setTimeout(renew, options.leaseMs / 2);

  function renew(): void {
    renewal = renewOnce().then((wait) => {
      if (!isOver && wait !== undefined) timer = setTimeout(renew, wait);
    });
  }

  async function renewOnce(): Promise<number | undefined> {
    try {
      current = { ...current, popReceipt: await options.renew(current) };
      return options.leaseMs / 2;
    } catch (error) {
      options.onFailure(error);
      return isLost(error) ? undefined : options.leaseMs / 10;
    }
  }

  return {
    async end() {
      isOver = true;
      clearTimeout(timer);
      await renewal;
      return current;
    },
  };
}

/**
 * True when the message is gone or its receipt is no longer valid:
 * https://learn.microsoft.com/rest/api/storageservices/queue-service-error-codes
 */
export function isLost(error: unknown): boolean {
  const status = (error as { statusCode?: number } | undefined)?.statusCode;
  return status === 400 || status === 404 || status === 409;
}
