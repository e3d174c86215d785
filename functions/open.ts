import type { LoadedApp } from '../shared/heddle/composition/assemble-app.ts';
import { type App, openApp } from '../shared/heddle/composition/open-app.ts';
import { loadConfig } from '../shared/heddle/config/config.ts';
import { redactCrashes } from './redact-crashes.ts';

/** Opens the app. Loaded after the functions are registered and before any is called. */
export async function open(app: LoadedApp): Promise<App> {
  const opened = await openApp(loadConfig(process.env), app);
  redactCrashes(process, opened.redact);
  return opened;
}
