/** The authority of Azure's public cloud. */
export const PUBLIC_AUTHORITY = 'https://login.microsoftonline.com';

/** Issuers of tokens of version 1, where a cloud has its own. */
const STS_OF_AUTHORITY: Readonly<Record<string, string>> = {
  'login.chinacloudapi.cn': 'https://sts.chinacloudapi.cn',
  'login.partner.microsoftonline.cn': 'https://sts.chinacloudapi.cn',
};

const PUBLIC_STS = 'https://sts.windows.net';

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** The signer of a tenant's tokens. */
export interface Signer {
  /** Accepted values of `iss`: of tokens of version 1 and 2. */
  readonly issuers: readonly string[];
  /** The URL of its keys, which are the same for both versions. */
  readonly keysUrl: string;
}

/**
 * @param authority URL of the authority; keys are fetched from it, so it must be https, or on this
 *   machine
 * @returns undefined for another URL
 * @see https://learn.microsoft.com/entra/identity-platform/access-tokens#validate-tokens
 */
export function toSigner(authority: string, tenant: string): Signer | undefined {
  const url = URL.parse(authority);
  if (!url || !isSafe(url)) return undefined;
  const sts = STS_OF_AUTHORITY[url.hostname] ?? PUBLIC_STS;
  return {
    issuers: [`${sts}/${tenant}/`, `${url.origin}/${tenant}/v2.0`],
    keysUrl: `${url.origin}/${tenant}/discovery/v2.0/keys`,
  };
}

function isSafe({ protocol, hostname, username, password, pathname, search }: URL): boolean {
  const isTrusted = protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname));
  return isTrusted && username === '' && password === '' && pathname === '/' && search === '';
}
