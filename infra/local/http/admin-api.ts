import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { hostname } from 'node:os';
import { isObject, type JsonObject } from '../settings/read-json.ts';
import type { TriggerListener } from '../trigger-listener.ts';
import { hostVersion } from '../worker/core-api.ts';
import type { HostedFunction } from '../worker/hosted-function.ts';
import type { BodyReader } from './body-reader.ts';
import type { Gate } from './gate.ts';
import { sendEmpty, sendJson } from './http-response.ts';
import type { HttpRoute } from './router.ts';

export interface AdminOptions {
  appDir: string;
  baseUrl: string;
  functions: readonly HostedFunction[];
  routes: readonly HttpRoute[];
  listeners: ReadonlyMap<string, TriggerListener>;
  gate: Gate;
  bodies: BodyReader;
}

/** Far above any text that somebody hands to a function by hand. */
const maxInputBytes = 5 * 1024 * 1024;

/** https://learn.microsoft.com/azure/azure-functions/functions-manually-run-non-http */
export class AdminApi {
  readonly #options: AdminOptions;

  constructor(options: AdminOptions) {
    this.#options = options;
  }

  /** False where there is no such endpoint: a function may have the path. */
  handle(req: IncomingMessage, res: ServerResponse, path: string, search: string): boolean {
    const [, , area, name, extra] = path.replace(/\/$/, '').toLowerCase().split('/');
    const endpoint = extra === undefined ? this.#find(req.method, area, name) : undefined;
    if (!endpoint) return false;
    if (this.#options.gate.admits(req, res, { level: 'admin', search })) endpoint(req, res);
    return true;
  }

  #find(method: string | undefined, area: string | undefined, name: string | undefined) {
    if (method === 'GET' && area === 'host' && name === 'status') return this.#sendStatus;
    if (area !== 'functions') return undefined;
    if (method === 'GET' && name === undefined) return this.#sendFunctions;
    if (method === 'POST' && name !== undefined) {
      return (req: IncomingMessage, res: ServerResponse) => this.#run(name, req, res);
    }
    return undefined;
  }

  readonly #sendStatus = (_req: IncomingMessage, res: ServerResponse): void => {
    const { appDir } = this.#options;
    sendJson(res, 200, {
      id: createHash('sha256').update(hostname()).update(appDir).digest('hex').slice(0, 32),
      state: 'Running',
      version: hostVersion,
      versionDetails: `${hostVersion} (local stand-in)`,
      processUptime: Math.round(process.uptime() * 1000),
    });
  };

  readonly #sendFunctions = (_req: IncomingMessage, res: ServerResponse): void => {
    sendJson(
      res,
      200,
      this.#options.functions.map((fn) => this.#describe(fn)),
    );
  };

  #describe(fn: HostedFunction): object {
    const { baseUrl, appDir, routes } = this.#options;
    const route = routes.find((candidate) => candidate.fn === fn);
    return {
      name: fn.name,
      href: `${baseUrl}/admin/functions/${fn.name}`,
      config: {
        name: fn.name,
        scriptFile: fn.entryPoint,
        language: 'node',
        functionDirectory: appDir,
        bindings: Object.entries(fn.metadata.bindings).map(([name, binding]) => ({
          ...binding,
          name,
        })),
      },
      isDirect: false,
      isDisabled: false,
      isProxy: false,
      language: 'node',
      invoke_url_template: route ? `${baseUrl}/${route.path}` : null,
    };
  }

  /**
   * Requires the JSON content type, as MVC does. This also keeps pages of other sites from posting
   * here.
   */
  #run(name: string, req: IncomingMessage, res: ServerResponse): void {
    if (/^application\/json\b/i.test(req.headers['content-type'] ?? '')) {
      const run = (body: Buffer) => sendEmpty(res, this.#runWith(name, parseObject(body)));
      this.#options.bodies.read(req, res, run, maxInputBytes);
    } else {
      sendEmpty(res, 415);
    }
  }

  #runWith(name: string, invocation: JsonObject | undefined): number {
    if (!invocation) return 400;
    const fn = this.#options.functions.find((candidate) => candidate.name.toLowerCase() === name);
    const listener = fn && this.#options.listeners.get(fn.name);
    if (!listener) return 404;
    const { input } = invocation;
    void listener.runNow(typeof input === 'string' ? input : undefined);
    return 202;
  }
}

function parseObject(body: Buffer): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(body.toString());
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
