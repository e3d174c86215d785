import { createCipheriv, hkdfSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSealed, openSealed, seal } from '../../../shared/heddle/domain/sealed.ts';
import { InvariantError, TerminalError } from '../../../shared/heddle/errors/errors.ts';
import { renderTemplate } from '../../../shared/heddle/triggers/templates/template.ts';

const URL = 'https://hooks.slack.com/commands/T1/1/s3cr3t';
const SECRET = { setting: 'SLACK_SIGNING_SECRET', value: '8f742231b10e8888abcd99yyyzzz85a5' };
const SETTINGS: Record<string, string> = { [SECRET.setting]: SECRET.value, BLANK: ' \n' };
const readSecret = (setting: string) => ({ value: SETTINGS[setting] ?? '' });

const names = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.]{0,40}$/);
const values = fc.string({ unit: 'binary' }).filter((value) => value.trim() !== '');
const texts = fc.string({ unit: 'binary', maxLength: 300 });

/** Long enough not to occur in base64 by chance. */
const longTexts = fc.string({ unit: 'grapheme-ascii', minLength: 8, maxLength: 300 });

/** Seals as anybody with the secret can, without the product's code. */
function sealByHand(setting: string, secret: string, text: string): string {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'heddle sealed text 1', 32));
  const nonce = Buffer.alloc(12, 7);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(
    Buffer.from(`sealed:${setting}:`),
  );
  const bytes = Buffer.concat([nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()]);
  return `sealed:${setting}:${bytes.toString('base64url')}`;
}

function toError(sealed: string, read = readSecret): unknown {
  try {
    openSealed(sealed, read);
  } catch (error) {
    return error;
  }
  return expect.unreachable(`${sealed} was opened`);
}

function expectShut(sealed: string, read = readSecret): void {
  const error = toError(sealed, read);
  expect(error).toBeInstanceOf(TerminalError);
  expect(error).toMatchObject({ code: 'sealed_unreadable' });
  expect(error).not.toHaveProperty('cause');
}

describe('a sealed text', () => {
  it('is opened with the secret whose setting it names', () => {
    fc.assert(
      fc.property(names, values, texts, (setting, value, text) => {
        const sealed = seal({ setting, value }, text);
        const asked: string[] = [];
        const opened = openSealed(sealed, (name) => {
          asked.push(name);
          return { value };
        });
        expect([opened, asked]).toEqual([text, [setting]]);
      }),
    );
  });

  it('shows the setting, and neither the text nor the secret', () => {
    fc.assert(
      fc.property(longTexts, (text) => {
        const sealed = seal(SECRET, text);
        expect(sealed).toMatch(/^sealed:SLACK_SIGNING_SECRET:[\w-]+$/);
        const bytes = Buffer.from(sealed.split(':')[2] ?? '', 'base64url');
        expect(bytes).toHaveLength(12 + Buffer.byteLength(text) + 16);
        for (const readable of [text, SECRET.value]) {
          expect(bytes.includes(readable)).toBe(false);
          expect(sealed).not.toContain(readable);
          expect(sealed).not.toContain(Buffer.from(readable).toString('base64url'));
        }
      }),
    );
  });

  it('is AES-256-GCM under a key that HKDF makes of the secret', () => {
    expect(openSealed(sealByHand(SECRET.setting, SECRET.value, URL), readSecret)).toBe(URL);
  });

  it('is another one each time', () => {
    const sealed = Array.from({ length: 100 }, () => seal(SECRET, URL));
    expect(new Set(sealed).size).toBe(100);
  });

  it('stays as it is in a template, in JSON and in a URL', () => {
    fc.assert(
      fc.property(names, values, texts, (setting, value, text) => {
        const sealed = seal({ setting, value }, text);
        const event = { data: {}, fields: { response_url: sealed } };
        expect(renderTemplate('{{ event.response_url }}', event, 'url')).toBe(sealed);
        expect(renderTemplate(sealed, event, 'url')).toBe(sealed);
        expect(JSON.stringify(sealed)).toBe(`"${sealed}"`);
        expect(encodeURI(sealed)).toBe(sealed);
        expect(isSealed(sealed)).toBe(true);
      }),
    );
  });

  it('is not what a URL is', () => {
    expect(isSealed(URL)).toBe(false);
  });
});

describe('a sealed text stays shut', () => {
  it('with every bit changed, of its bytes and of its letters', () => {
    const sealed = seal(SECRET, URL);
    const [prefix, setting, encoded = ''] = sealed.split(':');
    const bytes = Buffer.from(encoded, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expectShut([prefix, setting, changed.toString('base64url')].join(':'));
    }
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const changed = Buffer.from(sealed);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expectShut(changed.toString('latin1'), () => ({ value: SECRET.value }));
    }
  });

  it('with another secret', () => {
    fc.assert(
      fc.property(values, values, texts, (value, other, text) => {
        fc.pre(!Buffer.from(value).equals(Buffer.from(other)));
        expectShut(seal({ ...SECRET, value }, text), () => ({ value: other }));
      }),
    );
  });

  it('under the name of another setting of the same secret', () => {
    const read = () => ({ value: SECRET.value });
    const sealed = seal(SECRET, URL);
    expect(openSealed(sealed, read)).toBe(URL);
    expectShut(sealed.replace(SECRET.setting, `${SECRET.setting}_2`), read);
  });

  it('where its setting is blank or not set', () => {
    for (const setting of ['BLANK', 'UNSET']) {
      expectShut(seal({ ...SECRET, setting }, URL));
      // Guessing that a setting is not set yields no key.
      expectShut(sealByHand(setting, SETTINGS[setting] ?? '', URL));
    }
  });

  it('cut off, longer, or in a second spelling', () => {
    // 12, 30 and 16 bytes: of the last letter, four bits are unused.
    const sealed = seal(SECRET, 'a'.repeat(30));
    expect(sealed.at(-1)).toMatch(/[AQgw]/);
    const last = String.fromCharCode((sealed.at(-1) ?? '').charCodeAt(0) + 1);
    for (let length = 0; length < sealed.length; length++) expectShut(sealed.slice(0, length));
    for (const end of ['A', '=', '==', '\n', ' ', ':', '}}', `:${URL}`]) expectShut(sealed + end);
    expectShut(sealed.slice(0, -1) + last);
  });

  it.each([
    '',
    'A'.repeat(129),
    '1A',
    'A B',
    'A-B',
    '../A',
    '__proto__:',
    'Ä',
    '{{ a }}',
    '@A',
    'A\n',
  ])('where it names %j, which is not looked up', (setting) => {
    const sealed = seal(SECRET, URL).replace(SECRET.setting, setting);
    expectShut(sealed, () => expect.unreachable());
  });

  it('whatever it is, and looks nothing up that is no name', () => {
    const odd = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('a'.repeat(50), '__proto__'),
    );
    fc.assert(
      fc.property(odd, odd, (setting, encoded) => {
        expectShut(`sealed:${setting}:${encoded}`, (name) => {
          expect(name).toMatch(/^[A-Za-z_][A-Za-z0-9_.]{0,127}$/);
          return { value: SECRET.value };
        });
      }),
      { numRuns: 1000 },
    );
  });

  it('and says the same whatever the reason, without the text or the secret', () => {
    const sealed = seal(SECRET, URL);
    const tampered = `${sealed.slice(0, -9)}${'A'.repeat(9)}`;
    const reads = [
      () => ({ value: '' }),
      () => ({ value: 'another' }),
      () => ({ value: 's3cr3t' }),
    ];
    const errors = [...reads.map((read) => toError(sealed, read)), toError(tampered)];
    const said = new Set(errors.map((error) => (error as Error).message));
    expect([...said]).toEqual([
      'a sealed text cannot be opened: expected one that the secret in the app setting SLACK_SIGNING_SECRET opens: it was sealed with another secret or changed since, so take a newer event',
    ]);
    expect((toError(`sealed:${URL}:x`) as Error).message).toBe(
      'a sealed text cannot be opened: expected sealed:<app setting>:<base64url>, received something else',
    );
  });
});

describe('nothing is sealed', () => {
  it.each([
    ['a blank secret', { ...SECRET, value: ' \n' }],
    ['a name that could not be read back', { ...SECRET, setting: 'A:B' }],
  ])('with %s', (_, secret) => {
    expect(() => seal(secret, URL)).toThrow(InvariantError);
  });
});
