import { isIPv4 } from 'node:net';
import { RejectedError } from '../../errors/errors.ts';
import type { ApiRequest } from './request.ts';

/** Headers that proxies and tunnels add. */
const PASSED_ON = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];

/**
 * Refuses a request without a key that visibly is not of this machine, where the host may not ask for
 * keys. `npm start` is stricter (it sees the socket and every header) and checks keys itself; a bare
 * `func start` lets in everybody, so this is what keeps a tunnel from publishing the API there. A key
 * that came along was checked by a host that asks for keys; this cannot check it.
 * @throws {RejectedError} 401 `key_required`
 */
export function refuseStranger({ headers, query }: Pick<ApiRequest, 'headers' | 'query'>): void {
  // The host takes `code` in any case.
  const hasCode = [...query.keys()].some((name) => name.toLowerCase() === 'code');
  if (hasCode || headers.get('x-functions-key') !== null) return;
  const isPassedOn = PASSED_ON.some((name) => headers.get(name) !== null);
  if (!isPassedOn && isOfThisMachine(headers.get('host') ?? '')) return;
  const message =
    'A key is needed from everywhere but this machine: start the host with --enableAuth and send its key as x-functions-key.';
  throw new RejectedError('key_required', message);
}

/** `localhost` and names below it cannot be owned, so no page can have its name resolve here. */
function isOfThisMachine(host: string): boolean {
  const name = host
    .trim()
    .toLowerCase()
    .replace(/:\d{1,5}$/, '');
  if (name === 'localhost' || name === '[::1]' || /^[\w.-]+\.localhost$/.test(name)) return true;
  return isIPv4(name) && name.startsWith('127.');
}
