import { isSealed, openSealed } from '../../domain/sealed.ts';
import { TerminalError } from '../../errors/errors.ts';

export const HOOKS = 'https://hooks.slack.com/';

type ReadSecret = (setting: string) => { readonly value: string };

/** Compares the parsed URL: a text that begins like Slack's may lead elsewhere. */
export function isHook(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed?.origin === new URL(HOOKS).origin && `${parsed.username}${parsed.password}` === '';
}

/**
 * Opens a Slack URL that came with an event, sealed or plain.
 * @throws {TerminalError} `sealed_unreadable`; `input_invalid` for a URL that leads elsewhere
 */
export function openHook(readSecret: ReadSecret, url: string): string {
  const opened = isSealed(url) ? openSealed(url, readSecret) : url;
  if (isHook(opened)) return opened;
  throw new TerminalError(
    'input_invalid',
    `expected a sealed URL that begins with ${HOOKS}, received another text that is sealed`,
  );
}

/** @throws {TerminalError} `sink_not_configured` */
export function readHook(readSecret: ReadSecret, setting: string): string {
  const { value } = readSecret(setting);
  if (isHook(value.trim())) return value.trim();
  const found = value.trim() === '' ? 'it is not set' : 'it holds something else';
  throw new TerminalError(
    'sink_not_configured',
    `the app setting ${setting} should hold the URL of an incoming webhook of Slack, which begins with ${HOOKS}: ${found}`,
  );
}
