import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { toErrorsPage } from './errors-page.ts';

/** `npm run errors`: writes the page of error codes from their catalogue. */
const page = fileURLToPath(new URL('../shared/heddle/errors/README.md', import.meta.url));
writeFileSync(page, toErrorsPage());
console.log(`Wrote ${page}`);
