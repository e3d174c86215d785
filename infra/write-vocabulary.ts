import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readGitHubVocabulary } from './vocabulary/github-vocabulary.ts';

/** `npm run vocabulary` writes what GitHub sends, as the check of triggers knows it. */

const target = new URL(
  '../shared/heddle/triggers/plausibility/vocabulary/github.json',
  import.meta.url,
);

writeFileSync(target, `${JSON.stringify(readGitHubVocabulary(), null, 2)}\n`);
console.log(`Written: ${fileURLToPath(target)}`);
