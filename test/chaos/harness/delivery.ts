import { createHmac } from 'node:crypto';

export const SECRET = 'a secret for chaos alone';

const ANSWER_MS = 10_000;

/** Creates a delivery as GitHub signs it. */
export function createDelivery(type: string, id: string, body: string): RequestInit {
  const signature = createHmac('sha256', SECRET).update(body).digest('hex');
  return {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-github-event': type,
      'x-github-delivery': id,
      'x-hub-signature-256': `sha256=${signature}`,
    },
  };
}

/** @returns undefined where there was no answer: nothing was promised */
export async function post(url: string, delivery: RequestInit): Promise<number | undefined> {
  try {
    const signal = AbortSignal.timeout(ANSWER_MS);
    const response = await fetch(`${url}/webhooks/github`, { ...delivery, signal });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return undefined;
  }
}
