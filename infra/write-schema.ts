import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadKinds, sourceKinds } from '../shared/heddle/sources/kinds.ts';
import { createTriggersSchema } from './schema/triggers-schema.ts';

/** `npm run schema` writes the JSON Schema with which editors check a triggers file. */

const path = fileURLToPath(new URL('triggers.schema.json', import.meta.url));
const biome = fileURLToPath(new URL('../node_modules/.bin/biome', import.meta.url));

const schema = createTriggersSchema(await loadKinds(sourceKinds));
writeFileSync(path, `${JSON.stringify(schema, null, 2)}\n`);
execFileSync(biome, ['format', '--write', path], { stdio: ['ignore', 'ignore', 'inherit'] });
console.log(`${path} is up to date.`);
