import { createHmac } from 'node:crypto';
import { type Answered, type FolderHost, SECRET } from './folder-host.ts';

export interface Delivery {
  readonly id: string;
  readonly payload: object;
  /** Path of the source's webhook. */
  readonly path?: string;
  readonly secret?: string;
}

/** A push as GitHub sends it. */
export function push(host: FolderHost, delivery: Delivery): Promise<Answered> {
  const { id, payload, path = 'webhooks/github', secret = SECRET } = delivery;
  const body = JSON.stringify(payload);
  const digest = createHmac('sha256', secret).update(body).digest('hex');
  const headers = {
    'content-type': 'application/json',
    'x-github-event': 'push',
    'x-github-delivery': id,
    'x-hub-signature-256': `sha256=${digest}`,
  };
  return host.send(path, headers, body);
}

export interface Emission {
  readonly type: string;
  readonly id: string;
  readonly data?: object;
}

/** An event for the trigger of the type's name. @throws where it is not taken */
export async function emit(host: FolderHost, { type, id, data = {} }: Emission): Promise<void> {
  const { status, json } = await host.post('emit', { endpoint: type, id, data });
  if (status !== 202) throw new Error(`${type} ${id} was answered ${status}: ${json.detail}`);
}
