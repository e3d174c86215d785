import { expect, it } from 'vitest';
import { z } from 'zod';
import { createSources } from '../../../shared/heddle/composition/running-sources.ts';
import { loadSources } from '../../../shared/heddle/sources/load.ts';
import { defineSource } from '../../../shared/heddle/sources/source.ts';

it('creates a source of a kind without defaultSecrets, which has only the secrets that the file names', () => {
  const open = defineSource({
    kind: 'open',
    methods: ['POST'],
    settings: z.object({}),
    create: (_settings, { name, secrets }) => ({
      name,
      maxBodyBytes: secrets.length,
      verify: () => {
        throw new Error('nothing is sent');
      },
      normalize: () => ({ events: [] }),
    }),
  });
  const value = { sources: { named: { kind: 'open', secrets: ['OPEN_SECRET'] } } };
  const { sources } = loadSources({ value, locate: () => 1 }, [open]);
  const created = createSources(sources, {
    readSecret: (setting) => ({ setting, value: 'x' }),
    fetchText: () => Promise.reject(new Error('the test has no network')),
  });
  expect(created.map(({ name, secrets }) => [name, secrets])).toEqual([
    ['named', [{ setting: 'OPEN_SECRET', isSet: true }]],
    ['open', []],
  ]);
});
