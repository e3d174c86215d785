import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toProblem } from '../../../functions/reply.ts';
import { ingest } from '../../../shared/heddle/pipeline/ingest/ingest.ts';
import { createRecordingLogger } from '../../helpers/factories.ts';
import { createSource, FORM, toRequest } from '../../helpers/github.ts';
import { createCollectingQueue } from '../../helpers/sources.ts';

const SECRET = 'Zx9-Qv7-Kj5-secret';
/** Marks a body; no message of ours contains it. */
const MARK = 'Wq8Xz';

/** The message, stack and causes of an error, as `console.error` prints them. */
function toPrinted(error: unknown): string {
  const chain: string[] = [];
  for (let one = error; one instanceof Error; one = one.cause) {
    chain.push(`${one.message} ${one.stack ?? ''} ${JSON.stringify(one)}`);
  }
  return chain.join('\n');
}

const sign = (body: string) => `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`;

const cases = {
  'a body that is no JSON': [`${MARK} is not json`, {}],
  'a text within JSON that is not closed': [`{"${MARK}": "${MARK}`, {}],
  'a list': [`["${MARK}"]`, {}],
  'a nest too deep': [`${`{"${MARK}":`.repeat(300)}1${'}'.repeat(300)}`, {}],
  'a form without payload': [`${MARK}=1`, { 'content-type': FORM }],
  'a form whose payload is no JSON': [`payload=${MARK}`, { 'content-type': FORM }],
  'a wrong media type': [MARK, { 'content-type': `text/${MARK}` }],
  'a wrong event name': [MARK, { 'x-github-event': `${MARK}!` }],
  'a wrong delivery id': [MARK, { 'x-github-delivery': `${MARK}!` }],
  'a wrong signature': [MARK, { 'x-hub-signature-256': `sha256=${MARK}` }],
} as const;

describe('what is refused', () => {
  it.each(Object.entries(cases))('is not repeated: %s', async (_, [body, changed]) => {
    const signature = sign(body);
    const headers = {
      'content-type': 'application/json',
      'x-github-event': 'push',
      'x-github-delivery': 'x',
      'x-hub-signature-256': signature,
      ...changed,
    };
    const request = toRequest(headers, body);
    const error = await ingest(createSource(SECRET), request, createCollectingQueue()).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(Error);
    const logger = createRecordingLogger();
    const response = toProblem(error, logger).body;
    expect(response).toContain('urn:heddle:problem:');
    for (const text of [toPrinted(error), response, logger.lines.join('\n')]) {
      expect(text).not.toContain(MARK);
      expect(text).not.toContain(SECRET);
      expect(text).not.toContain(signature.slice('sha256='.length));
    }
  });

  it('is not distinguished: missing, malformed and wrong signatures get one answer', () => {
    const source = createSource(SECRET);
    const toError = (value: string | undefined) => {
      const request = toRequest(value === undefined ? {} : { 'x-hub-signature-256': value }, '{}');
      try {
        source.verify(request);
      } catch (error) {
        return error;
      }
      return undefined;
    };
    const missing = toError(undefined);
    expect(missing).toMatchObject({ status: 401, code: 'signature_invalid' });
    fc.assert(
      fc.property(fc.string(), (value) => {
        expect(toError(value)).toEqual(missing);
      }),
    );
  });
});
