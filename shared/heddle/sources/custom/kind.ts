import { ADDRESSES, NO_PROOF, PROXIES, TIMESTAMP, TOLERANCE } from '../setting-descriptions.ts';
import type { DescribedKind } from '../source.ts';

export const customKind: DescribedKind = {
  kind: 'custom',
  description: 'Any other sender: its settings say how it proves who it is.',
  methods: ['POST', 'PUT'],
  defaultSecrets: [],
  settingDescriptions: {
    auth: 'How senders prove who they are.',
    'auth.kind':
      'hmac: a signature over the body. bearer, apiKey, basic: the secret itself. ipAllowList, mtls: the address or the certificate. custom: code. none: no proof.',
    'auth.header': 'The header with the signature; with mtls, with the certificate.',
    'auth.algorithm': 'Of the signature.',
    'auth.encoding': 'Of the signature.',
    'auth.prefix': 'What stands before the signature in its header: sha256=.',
    'auth.timestampHeader': TIMESTAMP,
    'auth.template': 'What is signed: {body}, or with a timestamp {timestamp}.{body}.',
    'auth.toleranceSeconds': TOLERANCE,
    'auth.scheme': 'What stands before the token in the Authorization header.',
    'auth.in': 'Where the key is.',
    'auth.name': 'Of the header or the query parameter with the key.',
    'auth.username': 'The password is the secret.',
    'auth.allow': ADDRESSES,
    'auth.trustedProxyHops': PROXIES,
    'auth.allowedThumbprints': 'SHA-256 thumbprints of certificates that are taken as they are.',
    'auth.allowedSubject': 'The common name that a certificate must have as well.',
    'auth.ca': "Certificates that issue the senders' own, as PEM or as a file of it.",
    requireVerification: NO_PROOF,
    idHeader: "The header with the sender's id of an event.",
    idPath: 'Where that id is in the payload: names joined by dots.',
    idFrom: 'For senders whose bodies tell their events apart: equal bodies are one event.',
    typeHeader: 'The header with the type of an event.',
    typePath: 'Where the type is in the payload: names joined by dots.',
  },
};
