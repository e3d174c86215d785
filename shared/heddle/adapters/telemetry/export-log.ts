import type { Logger } from '../../ports/logger.ts';

const MAX_ERROR_CHARS = 300;

/** Logs once that a destination fails, and once that it works again. */
export function createExportLog(logger: Logger, what: string): (error?: Error) => void {
  let isFailing = false;
  return (error) => {
    if ((error !== undefined) === isFailing) return;
    isFailing = error !== undefined;
    if (error) logger.warn(`${what} are lost, nothing else: ${toText(error)}`);
    else logger.info(`${what} are sent again`);
  };
}

/**
 * Falls back to the code or name: Node's error for a connection tried at several addresses has no
 * message.
 */
function toText({ message, name, ...rest }: Error & { readonly code?: unknown }): string {
  const text = message || (typeof rest.code === 'string' ? rest.code : name);
  return text.split('\n', 1)[0]?.trim().slice(0, MAX_ERROR_CHARS) ?? '';
}
