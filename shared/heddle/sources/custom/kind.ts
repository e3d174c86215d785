import { entraDescriptions } from '../entra/descriptions.ts';
import { ADDRESSES, NO_PROOF, PROXIES, TIMESTAMP, TOLERANCE } from '../setting-descriptions.ts';
import type { DescribedKind } from '../source.ts';

export const customKind: DescribedKind = {
  kind: 'custom',
  description: 'Any other sender, authenticated as its settings say.',
  methods: ['POST', 'PUT'],
  defaultSecrets: [],
  settingDescriptions: {
    auth: 'How senders authenticate.',
    'auth.kind':
      'hmac: a signature over the body. bearer, apiKey, basic: the secret itself. ipAllowList, mtls: the address or the certificate. entra: a token of Microsoft Entra. custom: code of the app. none: no authentication.',
    'auth.header': 'The header with the signature; with mtls, with the certificate.',
    'auth.algorithm': 'The algorithm of the signature.',
    'auth.encoding': 'The encoding of the signature.',
    'auth.prefix': 'The prefix of the signature in its header: sha256=.',
    'auth.timestampHeader': TIMESTAMP,
    'auth.template': 'The text that is signed: {body}, or with a timestamp {timestamp}.{body}.',
    'auth.toleranceSeconds': TOLERANCE,
    'auth.scheme': 'The scheme before the token in the Authorization header.',
    'auth.in': 'Location of the key: header or query.',
    'auth.name': 'The name of the header or query parameter with the key.',
    'auth.username': 'The user name; the password is the secret.',
    'auth.allow': ADDRESSES,
    'auth.trustedProxyHops': PROXIES,
    'auth.allowedThumbprints':
      'SHA-256 thumbprints of certificates that are accepted without a check of their issuer.',
    'auth.allowedSubject': 'The common name that a certificate must have as well.',
    'auth.ca':
      "Certificates that may issue the senders' certificates, as PEM or as the path of a PEM file.",
    ...entraDescriptions,
    requireVerification: NO_PROOF,
    idHeader: "The header with the sender's id of an event.",
    idPath: 'The path of that id in the payload: names joined by dots.',
    idFrom: 'body-hash: the hash of the body is the id, so equal bodies are one event.',
    typeHeader: 'The header with the type of an event.',
    typePath: 'The path of the type in the payload: names joined by dots.',
  },
};
