import type { HttpRequest } from '@azure/functions';
import { RejectedError } from '../shared/errors.ts';

/** The JSON of a request's body; without a body, an empty object. */
export async function readJson(request: Pick<HttpRequest, 'text'>): Promise<unknown> {
  const text = await request.text();
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RejectedError(400, 'body_invalid', 'The body is not JSON.', { cause });
  }
}
