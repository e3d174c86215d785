import type { IncomingMessage, ServerResponse } from 'node:http';
import { type FunctionKeys, isAuthorized } from './function-keys.ts';
import { toHeaders, toQuery } from './http-request.ts';
import { sendEmpty, sendProblem } from './http-response.ts';
import { type Foreign, findForeign } from './own-request.ts';

export interface GateOptions {
  /** Undefined: this machine needs no key, and nobody else is let in. */
  readonly keys: FunctionKeys | undefined;
  readonly corsOrigins: readonly string[];
  warn(message: string): void;
}

export interface Asked {
  /** The `authLevel` of a function, or `admin`. */
  readonly level: string;
  readonly search: string;
}

/**
 * Stands before every function that is not `anonymous`, and before the admin API. `func` without
 * `--enableAuth` lets in everybody; this host lets in this machine alone, since a tunnel that is meant
 * for webhooks would publish the rest too.
 */
export class Gate {
  readonly #options: GateOptions;
  readonly #warned = new Set<string>();

  constructor(options: GateOptions) {
    const corsOrigins = options.corsOrigins.map((origin) => origin.toLowerCase());
    this.#options = { ...options, corsOrigins };
  }

  /** False: the request has been answered. */
  admits(req: IncomingMessage, res: ServerResponse, { level, search }: Asked): boolean {
    if (level === 'anonymous') return true;
    const { keys, corsOrigins } = this.#options;
    if (keys) {
      const isKnown = isAuthorized(keys, level, toHeaders(req.rawHeaders), toQuery(search));
      if (!isKnown) sendEmpty(res, 401);
      return isKnown;
    }
    const foreign = findForeign(req, corsOrigins);
    if (foreign) this.#refuse(res, foreign);
    return foreign === undefined;
  }

  #refuse(res: ServerResponse, { status, reason }: Foreign): void {
    const fix = 'Start it with --enableAuth to let in whoever sends a key that it prints.';
    const detail = `This host answers without a key only to this machine: ${reason}. ${fix}`;
    if (!this.#warned.has(reason)) this.#options.warn(`Answered ${status}. ${detail}`);
    this.#warned.add(reason);
    sendProblem(res, status, detail);
  }
}
