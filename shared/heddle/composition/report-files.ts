/**
 * Tells the local host, which set the variable, what the definitions were read from: it starts the app
 * again when one of these changes. Files that are included are known to their reader alone.
 */
export function reportFiles(watched: readonly string[], env = process.env): void {
  if (env.HEDDLE_REPORT_FILES === undefined || watched.length === 0) return;
  process.send?.({ type: 'read', paths: watched, folder: process.cwd() });
}
