import type { HttpRequest } from '@azure/functions';
import { RejectedError } from '../shared/heddle/errors/errors.ts';

/**
 * Parses the JSON of a request's body; an empty body becomes an empty object. The content type must
 * be JSON, since a page of another origin cannot send that to a laptop without a preflight.
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
