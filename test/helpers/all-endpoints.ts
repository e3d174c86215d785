import { type RequestOptions, request } from 'node:http';
import { type RouteHead, routeHeads } from '../../shared/heddle/api/routes/heads.ts';
import { sourceKinds } from '../../shared/heddle/sources/kinds.ts';

export interface Endpoint {
  readonly name: string;
  readonly method: string;
  /** With a leading slash; parameters are those of a trigger `t`. */
  readonly path: string;
  /** Whether anybody may call it: webhooks prove who they are, and probes have no key. */
  readonly isOpen: boolean;
  readonly isAdmin: boolean;
}

const heads: readonly RouteHead[] = routeHeads;

/** Everything that the host answers: the route table, webhooks of all kinds, the admin API, the page. */
export const endpoints: readonly Endpoint[] = [
  ...heads.map(({ name, method, path, role }) => ({
    ...{ name, method, path: `/${path.replaceAll(/\{\w+\}/g, 't')}` },
    ...{ isOpen: role === 'none', isAdmin: false },
  })),
  ...sourceKinds.flatMap(({ kind, methods }) =>
    methods.map((method) => ({
      ...{ name: `webhooks-${kind}`, method, path: `/webhooks/${kind}` },
      ...{ isOpen: true, isAdmin: false },
    })),
  ),
  ...[
    { method: 'GET', path: '/admin/host/status' },
    { method: 'GET', path: '/ADMIN/functions/' },
    { method: 'POST', path: '/admin/functions/health' },
  ].map((one) => ({ ...one, name: 'admin', isOpen: false, isAdmin: true })),
  { name: 'homepage', method: 'GET', path: '/', isOpen: false, isAdmin: false },
];

export interface Sent {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The address of this machine that the request comes from. */
  readonly localAddress?: string;
}

export interface Answered {
  readonly status: number;
  readonly text: string;
  readonly code: string | undefined;
}

/** Sends a request with exactly these headers: `fetch` would not let a caller choose its Host. */
export function send(url: URL, method: string, sent: Sent = {}): Promise<Answered> {
  const { headers = {}, body = '', localAddress } = sent;
  const { hostname, port, pathname, search } = url;
  const length = body === '' && method === 'GET' ? {} : { 'content-length': `${body.length}` };
  const options: RequestOptions = {
    ...{ hostname, port, method, path: pathname + search, agent: false },
    ...{ headers: { host: url.host, ...headers, ...length } },
    ...(localAddress === undefined ? {} : { localAddress }),
  };
  return new Promise((resolve, reject) => {
    const req = request(options, (res) => {
      let text = '';
      res.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      res.on('end', () => resolve({ status: res.statusCode ?? 0, text, code: toCode(text) }));
    });
    req.on('error', reject);
    req.end(body);
  });
}

function toCode(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { code?: string }).code;
  } catch {
    return undefined;
  }
}
