import { describe, expect, it } from 'vitest';
import { toProblem } from '../../../functions/reply.ts';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { sourceKinds } from '../../../shared/heddle/sources/kinds.ts';
import { createRecordingLogger } from '../../helpers/factories.ts';
import { createRequest, createSourceOf, type RequestParts, takeIn } from '../../helpers/sources.ts';

const SECRET = 'c2VjcmV0LXRoYXQtaXMtbG9uZy1lbm91Z2g=';
const MIB = 1024 * 1024;

/** Settings of the kinds that need some. */
const SETTINGS: Readonly<Record<string, JsonObject>> = {
  cloudwatch: { topicArns: ['arn:aws:sns:us-east-1:123456789012:alarms'] },
  webpubsub: { allowedOrigins: ['*'] },
  mcp: { subscriptions: { sub: { secret: 'SECRET_1', name: 'incident.created' } } },
  custom: { auth: { kind: 'hmac', header: 'X-Sig' } },
};

const manyHeaders = Object.fromEntries(
  Array.from({ length: 10_000 }, (_, index) => [`x-header-${index}`, 'x'.repeat(50)]),
);

/** Requests that nobody has signed, or anybody could have. */
const hostile: Readonly<Record<string, RequestParts>> = {
  'a body of 25 MiB and more': { body: Buffer.alloc(25 * MIB + 1, '{') },
  'a megabyte of brackets': { body: '['.repeat(MIB) },
  'a megabyte of nested objects': { body: `${'{"a":'.repeat(MIB / 5)}1` },
  'a megabyte of commas in headers': { headers: { 'stripe-signature': ','.repeat(MIB) } },
  'a megabyte of ampersands': { body: '&'.repeat(MIB) },
  'a form of a million fields': { body: 'a&'.repeat(MIB / 2) },
  'ten thousand headers': { headers: manyHeaders },
  'names of the prototype': {
    body: '{"__proto__":{"polluted":true},"constructor":{"prototype":{}}}',
  },
  'what is not UTF-8': { body: Buffer.from([0xff, 0xfe, 0x00, 0xc0, 0xaf]) },
  'NUL bytes': { body: Buffer.alloc(MIB) },
  nothing: {},
};

const contentTypes = [
  'application/json',
  'application/x-www-form-urlencoded',
  'text/plain',
  '\u0000',
];

const kinds = await Promise.all(sourceKinds.map((kind) => kind.load()));

describe.each(kinds.map((kind) => [kind.kind, kind] as const))('%s', (name, kind) => {
  const source = createSourceOf(kind, {
    settings: SETTINGS[name] ?? {},
    secrets: [SECRET],
    env: { SECRET_1: SECRET },
  });

  it.each(Object.entries(hostile))('refuses %s, and shows no secret', async (_, parts) => {
    for (const contentType of contentTypes) {
      for (const method of kind.methods) {
        const headers = { 'content-type': contentType, ...parts.headers };
        // Errors other than those that a source may throw are rethrown.
        const { status, error, messages } = await takeIn(
          source,
          createRequest({ ...parts, method, headers }),
        );
        expect(status).toBeGreaterThanOrEqual(400);
        expect(messages).toEqual([]);
        const logger = createRecordingLogger();
        const shown = `${toProblem(error, logger).body} ${logger.lines.join()} ${error?.stack}`;
        expect(shown).not.toContain(SECRET);
      }
    }
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});
