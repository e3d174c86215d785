import type { AppDefinition } from '../shared/heddle/actors/define-app.ts';
import { type App, openApp } from '../shared/heddle/composition/open-app.ts';
import { loadConfig } from '../shared/heddle/config/config.ts';

/** Opens the app. Loaded after the functions are registered and before any is called. */
export function open(app: AppDefinition): Promise<App> {
  return openApp(loadConfig(process.env), app);
}
