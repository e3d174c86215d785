/** A room that must not fail: files that are changed, and the unit tests that should notice. */
export interface Room {
  readonly mutate: readonly string[];
  readonly tests: readonly string[];
}

const PIPELINE = 'shared/heddle/pipeline';

export const ROOMS: Readonly<Record<string, Room>> = {
  conditions: {
    mutate: ['shared/heddle/triggers/conditions/*.ts'],
    tests: ['conditions', 'match'],
  },
  verification: {
    mutate: [
      'hmac',
      'secret',
      'timestamp',
      'ip-allow-list',
      'redaction',
      'payload-schema',
      'body',
    ].map((file) => `shared/heddle/sources/${file}.ts`),
    tests: ['sources'],
  },
  ingest: {
    mutate: [`${PIPELINE}/ingest/*.ts`],
    tests: ['ingest'],
  },
  claims: { mutate: [`${PIPELINE}/runs/*.ts`], tests: ['runs'] },
  concurrency: { mutate: [`${PIPELINE}/concurrency/*.ts`], tests: ['concurrency'] },
  limits: { mutate: [`${PIPELINE}/limits/**/*.ts`], tests: ['limits'] },
  completion: { mutate: [`${PIPELINE}/completion/*.ts`], tests: ['completion'] },
  retention: { mutate: [`${PIPELINE}/engine/retention.ts`], tests: ['engine', 'events', 'runs'] },
};
