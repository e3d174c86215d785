import { describe, expect, it } from 'vitest';
import type { Event } from '../../shared/heddle/domain/event.ts';
import type { Message } from '../../shared/heddle/domain/message.ts';
import { ConfigError } from '../../shared/heddle/errors/errors.ts';
import type { SourceKind } from '../../shared/heddle/sources/source.ts';
import {
  createRequest,
  createSourceOf,
  type RequestParts,
  readVectors,
  takeIn,
  toVectorRequest,
} from './sources.ts';

export function toEvent([message]: readonly Message[]): Event {
  if (message?.kind !== 'event') throw new Error('no event was taken in');
  return message.event;
}

/** Checks that every vector case with an expected event yields that event. */
export function describeExpectedEvents(file: string, kind: SourceKind): void {
  const described = readVectors(file).filter(({ expected }) => expected);
  describe('what the vectors expect of an event', () => {
    it.each(described.map((one) => [one.id, one] as const))('%s', async (_, one) => {
      const source = createSourceOf(kind, { secrets: one.secrets });
      const event = toEvent((await takeIn(source, toVectorRequest(one))).messages);
      const { eventType, dedupeId = event.id, normalized = {} } = one.expected ?? {};
      expect(`${kind.kind}.${event.type}`).toBe(eventType);
      expect(dedupeId).toContain(event.id);
      for (const [name, value] of Object.entries(normalized)) {
        // A missing field is absent, never null.
        expect(event.fields[name]).toEqual(value ?? undefined);
      }
    });
  });
}

interface SecretFacts {
  /** Creates a genuine request, signed with this secret. */
  readonly sign: (secret: string) => RequestParts;
  readonly secrets: readonly [string, string];
  /** The status for a signature by another secret. */
  readonly refused: number;
}

/** Checks two active secrets, blank ones, and which of them matched. */
export function describeSecrets(kind: SourceKind, { sign, secrets, refused }: SecretFacts): void {
  const [first, second] = secrets;
  const takeWith = (active: readonly string[], signedWith: string) =>
    takeIn(createSourceOf(kind, { secrets: active }), createRequest(sign(signedWith)));

  describe('secrets', () => {
    it('are both accepted while one replaces the other, and no third', async () => {
      expect((await takeWith(secrets, first)).status).toBe(202);
      expect((await takeWith(secrets, second)).status).toBe(202);
      expect((await takeWith([first], second)).status).toBe(refused);
    });

    it.each(['', ' ', '\t\n'])('that are blank (%j) are never keys', async (blank) => {
      expect((await takeWith([blank], first)).error).toBeInstanceOf(ConfigError);
      expect((await takeWith([blank, first], first)).status).toBe(202);
    });

    it('that match are named by their setting', async () => {
      const source = createSourceOf(kind, { secrets });
      const verification = await source.verify(createRequest(sign(second)));
      expect(verification).toEqual({ verified: true, secret: 'SECRET_2' });
    });
  });
}
