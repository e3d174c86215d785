import { readMode } from '../shared/heddle/config/mode.ts';
import { registerFunctions } from './register.ts';

/** Joins the product with the user's app, both loaded once the functions are registered. */
registerFunctions(async () => {
  const [{ open }, { loadUserApp }] = await Promise.all([
    import('./open.ts'),
    import('./user-app.ts'),
  ]);
  return open(await loadUserApp());
}, readMode(process.env));
