import { randomBytes } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MessageCodec } from '../../../shared/heddle/adapters/azure/message-codec.ts';
import {
  RejectedError,
  RetryableError,
  TerminalError,
} from '../../../shared/heddle/errors/errors.ts';
import { MemoryBlobs } from '../../helpers/memory-blobs.ts';

const KB = 1024;

function createScene() {
  const blobs = new MemoryBlobs();
  const codec = new MessageCodec({ blobs });
  const roundTrip = async (text: string) => codec.decode(await codec.encode('id', text));
  return { blobs, codec, roundTrip };
}

/** Barely compressible text: three quarters of its length remain. */
const noise = (length: number) => randomBytes(length).toString('base64').slice(0, length);

async function thrownBy(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('expected it to throw');
}

describe('what is sent', () => {
  it('is the text itself up to 8 KB of UTF-8', async () => {
    const { codec } = createScene();
    const text = `"${'é'.repeat(4 * KB - 1)}"`;
    expect((await codec.encode('a', text)).toString('utf8')).toBe(text);
  });

  it('is gzip above 8 KB', async () => {
    const { codec, blobs } = createScene();
    const text = `"${'é'.repeat(4 * KB)}"`;
    const bytes = await codec.encode('a', text);
    expect(gunzipSync(bytes).toString('utf8')).toBe(text);
    expect(bytes.length).toBeLessThan(KB);
    expect(blobs.blobs.size).toBe(0);
  });

  it('points to a blob with the gzipped text when that has more than 200 KB', async () => {
    const { codec, blobs } = createScene();
    const text = noise(400 * KB);
    const bytes = await codec.encode('a', text);
    const { claim } = JSON.parse(bytes.toString('utf8'));
    const blob = blobs.blobs.get(`claims/${claim}`);
    expect(blob && gunzipSync(blob).toString('utf8')).toBe(text);
    expect(bytes.length).toBeLessThan(100);
  });

  it('never has more than 200 KB, whatever the text', async () => {
    const { codec } = createScene();
    for (const size of [200, 260, 264, 266, 268, 270, 300].map((kb) => kb * KB)) {
      expect((await codec.encode('a', noise(size))).length).toBeLessThanOrEqual(200 * KB);
    }
  });

  it('is sent only once the blob is there: an error of the blob store is the error of encode', async () => {
    const full = new RetryableError('blob_unavailable', 'the container is gone');
    const blobs = { put: () => Promise.reject(full), get: async () => undefined };
    const codec = new MessageCodec({ blobs });
    expect(await thrownBy(codec.encode('a', noise(400 * KB)))).toBe(full);
  });

  it('is the same when sent again, and no other message overwrites it', async () => {
    const { codec, blobs } = createScene();
    const [one, other] = [noise(400 * KB), noise(400 * KB)];
    const first = await codec.encode('a', one);
    expect(await codec.encode('a', one)).toEqual(first);
    expect(blobs.blobs.size).toBe(1);
    await codec.encode('a', other);
    await codec.encode('b', one);
    expect(blobs.blobs.size).toBe(3);
    expect(await codec.decode(first)).toBe(one);
  });

  it('is refused when no reader would expand it', async () => {
    const { codec, blobs } = createScene();
    const error = await thrownBy(codec.encode('a', 'x'.repeat(64 * KB * KB + 1)));
    expect(error).toBeInstanceOf(RejectedError);
    expect(error).toMatchObject({ status: 413, code: 'message_too_large' });
    expect(blobs.blobs.size).toBe(0);
  });
});

describe('what is read', () => {
  it('is what was sent, for any text', async () => {
    const { roundTrip } = createScene();
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: 'binary' }).filter((some) => some.isWellFormed()),
      fc.json(),
      fc.string().map((some) => `{"claim":${some}`),
      fc.string({ minLength: 8000, maxLength: 9000, size: 'max' }),
    );
    await fc.assert(
      fc.asyncProperty(text, async (some) => {
        expect(await roundTrip(some)).toBe(some);
      }),
    );
  });

  it.each([
    `{"claim":"${'0'.repeat(64)}"}`,
    '{"claim":"other.txt"}',
    '\u001f\u008b is a header in Latin-1 only',
    '\ufeffwith a byte order mark',
    '',
    noise(300 * KB),
  ])('is what was sent, although it looks like something else (%#)', async (text) => {
    const { roundTrip } = createScene();
    expect(await roundTrip(text)).toBe(text);
  });

  it.each([
    ['neither UTF-8 nor gzip', Buffer.from([0xff, 0xfe, 0x00])],
    ['gzip that is cut short', gzipSync('x'.repeat(1000)).subarray(0, 20)],
    ['gzip of no text', gzipSync(Buffer.from([0xff, 0xfe]))],
    ['a claim for a place outside of the container', Buffer.from('{"claim":"../documents/x"}')],
    ['a claim for nothing', Buffer.from('{"claim":null}')],
  ])('refuses %s for good', async (_, bytes) => {
    const { codec } = createScene();
    const error = await thrownBy(codec.decode(bytes));
    expect(error).toBeInstanceOf(TerminalError);
    expect(error).toMatchObject({ code: 'message_invalid' });
  });

  it('refuses a blob that is no gzip for good', async () => {
    const { codec, blobs } = createScene();
    const bytes = await codec.encode('a', noise(400 * KB));
    for (const name of blobs.blobs.keys()) blobs.blobs.set(name, Buffer.from('text'));
    expect(await thrownBy(codec.decode(bytes))).toMatchObject({ code: 'message_invalid' });
  });

  it('refuses a small message that expands without end, and does not expand it', async () => {
    const { codec } = createScene();
    const bomb = gzipSync(Buffer.alloc(65 * KB * KB));
    expect(bomb.length).toBeLessThan(100 * KB);
    const error = await thrownBy(codec.decode(bomb));
    expect(error).toBeInstanceOf(TerminalError);
    expect(error).toMatchObject({ code: 'message_invalid' });
    expect(String(error)).toContain('expands to more than');
  });

  it('asks for another attempt when the blob is missing, and says which', async () => {
    const { codec, blobs } = createScene();
    const bytes = await codec.encode('a', noise(400 * KB));
    blobs.blobs.clear();
    const error = await thrownBy(codec.decode(bytes));
    expect(error).toBeInstanceOf(RetryableError);
    expect(error).toMatchObject({ code: 'claim_missing' });
    expect(String(error)).toContain(JSON.parse(bytes.toString()).claim);
  });
});
