import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toKnown } from '../../../infra/user-app.ts';
import { validateFile } from '../../../infra/validate/validate-file.ts';
import { TriggerSchema } from '../../../shared/heddle/domain/trigger.ts';
import { readYaml } from '../../../shared/heddle/triggers/definitions/read-yaml.ts';
import { findDoubts } from '../../../shared/heddle/triggers/plausibility/find-doubts.ts';
import { follow } from '../../../shared/heddle/triggers/plausibility/find-in-shape.ts';
import { findVocabulary } from '../../../shared/heddle/triggers/plausibility/vocabulary/kinds.ts';
import { plain } from '../../fixtures/plain-parts.ts';
import { surroundings } from '../../helpers/doubts.ts';
import { readExamples, readmeExample } from '../../helpers/readme-example.ts';
import { seeds } from '../../helpers/seeds/file.ts';

const root = resolve(import.meta.dirname, '../../..');
const known = await toKnown(plain);

describe('the product’s own triggers raise no doubt', () => {
  it.each(['infra/examples/all-sources.yaml', 'infra/examples/sinks.yaml'])(
    'in %s',
    async (path) => {
      const { faults, warnings } = await validateFile(join(root, path), known);
      expect([...faults, ...warnings]).toEqual([]);
    },
  );

  it('in the seeds’ file', () => {
    const read = readYaml(readFileSync(join(root, 'test/fixtures/seeds.yaml'), 'utf8'));
    const kinds: Readonly<Record<string, string>> = { database: 'mcp', redis: 'custom' };
    const kindOf = (source: string) => kinds[source] ?? source;
    expect(findDoubts(seeds.triggers, read, { ...surroundings, kindOf, isDeployed: true })).toEqual(
      [],
    );
  });

  const examples = readExamples().filter(({ heading }) => heading !== 'What validate doubts');
  it.each(examples)('on the page under "$heading" ($index)', ({ heading, index }) => {
    const file = readmeExample(heading, index);
    const list = (file.triggers ?? []) as readonly Readonly<Record<string, unknown>>[];
    const triggers = list.flatMap((item) => {
      const parsed = TriggerSchema.safeParse({ name: 't', source: 'emit', actor: 'log', ...item });
      return parsed.success ? [parsed.data] : [];
    });
    const read = { value: file, locate: () => 1 };
    expect(findDoubts(triggers, read, surroundings)).toEqual([]);
  });
});

interface ExampleGroup {
  readonly name: string;
  readonly examples: readonly { readonly action?: string }[];
}

describe('what is known of GitHub', () => {
  const groups = createRequire(import.meta.url)(
    '@octokit/webhooks-examples',
  ) as readonly ExampleGroup[];
  const github = findVocabulary('github');

  it('has every type of its own examples', () => {
    const types = groups.flatMap(({ name, examples }) =>
      examples.map(({ action }) => (action === undefined ? name : `${name}.${action}`)),
    );
    const unknown = types.filter(
      (type) =>
        !github?.types.includes(type) &&
        !github?.openTypes?.some((open) => type === open || type.startsWith(`${open}.`)),
    );
    expect([...new Set(unknown)].filter((type) => type !== 'ping')).toEqual([]);
  });

  it('has every field of its own examples', () => {
    const lost = groups.flatMap(({ name, examples }) => {
      const shape = github?.shapeOf(name);
      if (!shape) return [];
      return examples.flatMap((example) =>
        listPaths(example)
          .filter((path) => follow([shape.payload], path).to === 'nothing')
          .map((path) => `${name}: ${path.join('.')}`),
      );
    });
    expect([...new Set(lost)]).toEqual([]);
  });
});

function listPaths(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, item]) => listPaths(item, [...path, key]));
}
