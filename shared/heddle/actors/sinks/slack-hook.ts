import { isSealed, openSealed } from '../../domain/sealed.ts';
import { TerminalError } from '../../errors/errors.ts';
import type { HttpClient } from '../../ports/http-client.ts';

export const HOOKS = 'https://hooks.slack.com/';

/** Where messages go, and with which secrets. */
export interface SlackReach {
  readonly http: HttpClient;
  readonly readSecret: (setting: string) => { readonly value: string };
}

/** Whether messages may be sent there: to Slack, or to a host that HEDDLE_HTTP_ALLOW names. */
export function isReachable({ http }: Pick<SlackReach, 'http'>, url: string): boolean {
  return isHook(url) || (http.isListed?.(url) ?? false);
}

/** Compares the parsed URL: a text that begins like Slack's may lead elsewhere. */
function isHook(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed?.origin === new URL(HOOKS).origin && `${parsed.username}${parsed.password}` === '';
}

/**
 * Opens a Slack URL that came with an event, sealed or plain.
 * @throws {TerminalError} `sealed_unreadable`; `input_invalid` for a URL that leads elsewhere
 */
export function openHook(reach: SlackReach, url: string): string {
  const opened = isSealed(url) ? openSealed(url, reach.readSecret) : url;
  if (isReachable(reach, opened)) return opened;
  throw new TerminalError(
    'input_invalid',
    `expected a sealed URL that begins with ${HOOKS}, received another text that is sealed`,
  );
}

/** @throws {TerminalError} `sink_not_configured` */
export function readHook(reach: SlackReach, setting: string): string {
  const { value } = reach.readSecret(setting);
  if (isReachable(reach, value.trim())) return value.trim();
  const found = value.trim() === '' ? 'it is not set' : 'it holds something else';
  throw new TerminalError(
    'sink_not_configured',
    `the app setting ${setting} should hold the URL of an incoming webhook of Slack, which begins with ${HOOKS}: ${found}`,
  );
}
