import type { Logger } from '../../ports/logger.ts';

const MAX_ERROR_CHARS = 300;

/** Logs that a destination has failed, and that it is back, each once. */
export function createExportLog(logger: Logger, what: string): (error?: Error) => void {
  let isFailing = false;
  return (error) => {
    if ((error !== undefined) === isFailing) return;
    isFailing = error !== undefined;
    if (error) logger.warn(`${what} are lost, nothing else: ${toText(error)}`);
    else logger.info(`${what} are sent again`);
  };
}

/** Node gives no message to the error of a connection that was tried at several addresses. */
function toText({ message, name, ...rest }: Error & { readonly code?: unknown }): string {
  const text = message || (typeof rest.code === 'string' ? rest.code : name);
  return text.split('\n', 1)[0]?.trim().slice(0, MAX_ERROR_CHARS) ?? '';
}
