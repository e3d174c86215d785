import { readMode } from '../shared/heddle/config/mode.ts';
import { registerFunctions } from './register.ts';

/** Joins the product with the user's app, both loaded once the functions are registered. */
registerFunctions(async () => {
  const [{ open }, { default: app }] = await Promise.all([
    import('./open.ts'),
    import('../shared/app/heddle.config.ts'),
  ]);
  return open(app);
}, readMode(process.env));
