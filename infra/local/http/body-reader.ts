import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BodyMemory } from './body-memory.ts';
import { continueBody, refuseBody } from './refuse-body.ts';

/** The limit that Kestrel has on the real host. */
export const maxBodyBytes = 100 * 1024 * 1024;

/** How slow a body may come. */
export interface Pace {
  readonly minBytesPerSecond: number;
  readonly graceMs: number;
}

/** Kestrel's MinRequestBodyDataRate. */
const kestrelPace: Pace = { minBytesPerSecond: 240, graceMs: 5000 };

/** Receives the bodies of all requests within one bound. */
export class BodyReader {
  readonly memory: BodyMemory;
  readonly #pace: Pace;

  constructor(memory: BodyMemory, pace: Pace = kestrelPace) {
    this.memory = memory;
    this.#pace = pace;
  }

  /**
   * Calls back with the raw bytes after all have come; never when the sender disconnects, or is
   * refused: 413 for a body above `limit`, 503 where memory has no room for it, 408 when it drips. The
   * bytes count until the request is answered.
   */
  read(
    req: IncomingMessage,
    res: ServerResponse,
    done: (body: Buffer) => void,
    limit = maxBodyBytes,
  ): void {
    const length = Number(req.headers['content-length'] ?? 0);
    if (length > limit) refuseBody(req, res, 413);
    else if (!this.memory.hasRoom(length)) refuseBody(req, res, 503);
    else {
      continueBody(req, res);
      new Reading(req, res, { memory: this.memory, limit, length }).begin(this.#pace, done);
    }
  }
}

interface Bounds {
  readonly memory: BodyMemory;
  readonly limit: number;
  readonly length: number;
}

/** One body that comes in. */
class Reading {
  readonly #req: IncomingMessage;
  readonly #res: ServerResponse;
  readonly #bounds: Bounds;
  readonly #startedAt = performance.now();
  #chunks: Buffer[] = [];
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #done: (body: Buffer) => void = () => undefined;

  constructor(req: IncomingMessage, res: ServerResponse, bounds: Bounds) {
    this.#req = req;
    this.#res = res;
    this.#bounds = bounds;
  }

  begin({ minBytesPerSecond, graceMs }: Pace, done: (body: Buffer) => void): void {
    this.#res.once('close', this.#release);
    this.#timer = setInterval(() => {
      const seconds = (performance.now() - this.#startedAt) / 1000;
      if (this.#bytes < seconds * minBytesPerSecond) this.#refuse(408);
    }, graceMs);
    this.#done = done;
    this.#req.on('data', this.#take).on('end', this.#finish);
  }

  readonly #take = (chunk: Buffer): void => {
    const { memory, limit, length } = this.#bounds;
    const bytes = this.#bytes + chunk.length;
    if (bytes > limit) this.#refuse(413);
    else if (!memory.hasRoom(chunk.length, Math.max(length, bytes))) this.#refuse(503);
    else {
      memory.add(chunk.length);
      this.#bytes = bytes;
      this.#chunks.push(chunk);
    }
  };

  readonly #finish = (): void => {
    clearInterval(this.#timer);
    const [first, ...more] = this.#chunks;
    const body = first && more.length === 0 ? first : Buffer.concat(this.#chunks);
    this.#chunks = [];
    this.#done(body);
  };

  #refuse(status: 408 | 413 | 503): void {
    this.#req.off('data', this.#take).off('end', this.#finish);
    this.#release();
    refuseBody(this.#req, this.#res, status);
  }

  readonly #release = (): void => {
    clearInterval(this.#timer);
    this.#bounds.memory.remove(this.#bytes);
    this.#bytes = 0;
    this.#chunks = [];
  };
}
