import type { HttpRequest } from '@azure/functions';
import { RejectedError } from '../shared/heddle/errors/errors.ts';

/**
 * The JSON of a request's body; without a body, an empty object. It must say that it is JSON: what a
 * page of another origin can send to a laptop without being asked does not.
 */
export async function readJson(request: Pick<HttpRequest, 'text' | 'headers'>): Promise<unknown> {
  const text = await request.text();
  if (text.trim() === '') return {};
  const mediaType = request.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json') {
    const message = 'The content type must be application/json.';
    throw new RejectedError(415, 'media_type_unsupported', message);
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RejectedError(400, 'body_invalid', 'The body is not JSON.', { cause });
  }
}
