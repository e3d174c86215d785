import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';
import type { BodyMemory } from './body-memory.ts';
import { continueBody, drainBody, refuseBody } from './refuse-body.ts';

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
    else this.#begin(req, res, { ...{ limit, length }, sink: new Collector(done) });
  }

  /**
   * Passes a body of unknown length on as it comes, within the same bounds. `out` is destroyed where the
   * sender is refused.
   */
  pass(req: IncomingMessage, res: ServerResponse, out: Writable): void {
    const sink = new Passer(req, out);
    this.#begin(req, res, { ...{ limit: maxBodyBytes, length: 0 }, sink });
  }

  #begin(req: IncomingMessage, res: ServerResponse, bounds: Omit<Bounds, 'memory'>): void {
    continueBody(req, res);
    new Reading(req, res, { memory: this.memory, ...bounds }).begin(this.#pace);
  }
}

/** Where the parts of a body go. */
interface Sink {
  write(chunk: Buffer): void;
  end(): void;
  abort(): void;
}

class Collector implements Sink {
  readonly #done: (body: Buffer) => void;
  #chunks: Buffer[] = [];

  constructor(done: (body: Buffer) => void) {
    this.#done = done;
  }

  write(chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  end(): void {
    const [first, ...more] = this.#chunks;
    const body = first && more.length === 0 ? first : Buffer.concat(this.#chunks);
    this.abort();
    this.#done(body);
  }

  abort(): void {
    this.#chunks = [];
  }
}

class Passer implements Sink {
  readonly #req: IncomingMessage;
  readonly #out: Writable;

  constructor(req: IncomingMessage, out: Writable) {
    this.#req = req;
    this.#out = out.on('drain', this.#resume).once('close', this.#resume);
  }

  readonly #resume = (): void => void this.#req.resume();

  write(chunk: Buffer): void {
    if (!this.#out.destroyed && !this.#out.write(chunk)) this.#req.pause();
  }

  end(): void {
    this.#out.end();
  }

  abort(): void {
    this.#out.destroy();
  }
}

interface Bounds {
  readonly memory: BodyMemory;
  readonly limit: number;
  readonly length: number;
  readonly sink: Sink;
}

/** One body that comes in. */
class Reading {
  readonly #req: IncomingMessage;
  readonly #res: ServerResponse;
  readonly #bounds: Bounds;
  readonly #startedAt = performance.now();
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(req: IncomingMessage, res: ServerResponse, bounds: Bounds) {
    this.#req = req;
    this.#res = res;
    this.#bounds = bounds;
  }

  begin({ minBytesPerSecond, graceMs }: Pace): void {
    this.#res.once('close', this.#close);
    this.#timer = setInterval(() => {
      const seconds = (performance.now() - this.#startedAt) / 1000;
      if (this.#bytes < seconds * minBytesPerSecond) this.#refuse(408);
    }, graceMs);
    this.#req.on('data', this.#take).on('end', this.#finish);
  }

  readonly #take = (chunk: Buffer): void => {
    const { memory, limit, length, sink } = this.#bounds;
    const bytes = this.#bytes + chunk.length;
    if (bytes > limit) this.#refuse(413);
    else if (!memory.hasRoom(chunk.length, Math.max(length, bytes))) this.#refuse(503);
    else {
      memory.add(chunk.length);
      this.#bytes = bytes;
      sink.write(chunk);
    }
  };

  readonly #finish = (): void => {
    clearInterval(this.#timer);
    this.#bounds.sink.end();
  };

  #refuse(status: 408 | 413 | 503): void {
    this.#release();
    refuseBody(this.#req, this.#res, status);
  }

  /** An answer may come before the whole body has: the rest is dropped. */
  readonly #close = (): void => {
    this.#release();
    if (!this.#req.complete) drainBody(this.#req);
  };

  #release(): void {
    clearInterval(this.#timer);
    this.#req.off('data', this.#take).off('end', this.#finish);
    this.#bounds.memory.remove(this.#bytes);
    this.#bytes = 0;
    this.#bounds.sink.abort();
  }
}
