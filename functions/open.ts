import { type App, openApp } from '../shared/heddle/composition/open-app.ts';
import { loadConfig } from '../shared/heddle/config/config.ts';

/** All that is not needed to register functions: loaded once they are, and before any is called. */
export function open(): Promise<App> {
  return openApp(loadConfig(process.env));
}
