/** A message hidden from other receivers; each time it is hidden longer its receipt changes. */
export interface LeasedMessage {
  messageId: string;
  popReceipt: string;
}

export interface LeaseOptions {
  /** How long the message is hidden at a time. */
  leaseMs: number;
  /** Hides it for that long from now and gives the new receipt. */
  renew(message: LeasedMessage): Promise<string>;
  onFailure(error: unknown): void;
}

export interface Lease {
  /** Renews no more. Resolves with the receipt that is valid now. */
  end(): Promise<LeasedMessage>;
}

/** Renewed at half its time; after a fault sooner, unless someone else has the message by now. */
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

/** Gone, or its receipt no longer fits: https://learn.microsoft.com/rest/api/storageservices/queue-service-error-codes */
export function isLost(error: unknown): boolean {
  const status = (error as { statusCode?: number } | undefined)?.statusCode;
  return status === 400 || status === 404 || status === 409;
}
