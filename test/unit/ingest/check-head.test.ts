import { describe, expect, it } from 'vitest';
import { createHeadCheck } from '../../../shared/heddle/pipeline/ingest/check-head.ts';
import type { Source } from '../../../shared/heddle/sources/source.ts';
import { createRecordingTelemetry } from '../../helpers/recording-telemetry.ts';
import { createRequest } from '../../helpers/sources.ts';
import { silent } from '../../helpers/world.ts';

const toSource = (name: string, route?: string): Source => ({
  ...{ name, maxBodyBytes: 10, ...(route === undefined ? {} : { route }) },
  verify: () => ({ verified: true }),
  normalize: () => ({ events: [] }),
});

function createSubject() {
  const noted: string[] = [];
  const telemetry = createRecordingTelemetry();
  const log = { noteRejected: (...given: string[]) => noted.push(given.join(' ')) };
  const sources = [
    { kind: 'custom', source: toSource('acme') },
    { kind: 'github', source: toSource('github') },
    { kind: 'custom', source: toSource('Long name', 'short') },
  ];
  const check = createHeadCheck(
    { telemetry, logger: silent, clock: { now: () => 0 } as never },
    { sources, log: log as never },
  );
  const ask = (kind: string, name: string | undefined, length?: string) =>
    check(
      kind,
      name,
      createRequest({ headers: length === undefined ? {} : { 'content-length': length } }),
    );
  return { noted, telemetry, ask };
}

describe('a request whose body has not been read', () => {
  it('is let through to the source of its route, whose name may be that of its kind', () => {
    const { ask, noted, telemetry } = createSubject();
    ask('custom', 'acme', '10');
    ask('custom', 'short', '10');
    ask('github', undefined, '10');
    ask('github', undefined);
    expect(noted).toEqual([]);
    expect(telemetry.measured).toEqual([]);
  });

  it.each([
    ['custom', undefined],
    ['custom', 'gone'],
    ['custom', 'Long name'],
    ['github', 'acme'],
  ])('is refused where there is no source %s/%s', (kind, name) => {
    const { ask, noted } = createSubject();
    const error = { code: 'source_unknown', status: 404 };
    expect(() => ask(kind, name)).toThrow(expect.objectContaining(error));
    expect(() => ask(kind, name)).toThrow(`"${name ?? kind}"`);
    expect(noted).toEqual([]);
  });

  it('is refused where it says that it is too large, and counted', () => {
    const { ask, noted, telemetry } = createSubject();
    expect(() => ask('custom', 'short', '11')).toThrow('10 bytes');
    expect(noted).toEqual(['Long name body_too_large']);
    expect(telemetry.measured).toContain(
      'heddle.events.rejected {"source":"Long name","code":"body_too_large"} 1',
    );
  });
});
