import { readMode } from '../shared/heddle/config/mode.ts';
import { registerFunctions } from './register.ts';

/** Joins the product with the user's app, both loaded once the functions are registered. */
registerFunctions(async () => {
  const [{ open }, { loadApp }] = await Promise.all([
    import('./open.ts'),
    import('../shared/heddle/composition/load-app.ts'),
  ]);
  return open(await loadApp(new URL('../shared/app/', import.meta.url)));
}, readMode(process.env));
