import { type App, openApp } from '../shared/app.ts';
import { loadConfig } from '../shared/config.ts';

/**
 * Loads what registration does not need, after the functions are registered and before any is
 * called.
 */
export function open(): Promise<App> {
  return openApp(loadConfig(process.env));
}
