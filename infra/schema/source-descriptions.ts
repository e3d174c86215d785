const ADDRESSES = 'Addresses or CIDR ranges, IPv4 and IPv6.';
const PROXIES = 'Proxies in front of the app that append to X-Forwarded-For; App Service is one.';
const TOLERANCE = 'How old a signed timestamp may be, and how far ahead. Seconds.';
const TIMESTAMP =
  'The header with Unix seconds. Where one is named, it must be there and is signed.';
const NO_PROOF =
  'False, with auth of kind none: takes what anybody sends. Its events say verified: false.';

/** Fields common to all sources. */
const common: Readonly<Record<string, string>> = {
  kind: 'The kind of sender. Absent where the name of the source is that of its kind.',
  secrets:
    'Names of app settings with the active secrets, never secrets themselves: two while one replaces the other.',
  ipAllowList: 'Where senders may send from: as well as the signature, not in its place.',
  'ipAllowList.allow': ADDRESSES,
  'ipAllowList.trustedProxyHops': PROXIES,
  rateLimit: 'Requests beyond so many in a window are answered 429.',
  'rateLimit.max': 'Requests in a window.',
  'rateLimit.window': 'How long a window is: 1m.',
  schema: 'JSON Schema of the payload: what does not fit is answered 422 and not taken in.',
  redact:
    'Values of the payload that are kept nowhere, not even in the queue: user.email, items[*].card.',
};

const custom: Readonly<Record<string, string>> = {
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
};

const grafana: Readonly<Record<string, string>> = {
  auth: 'As the contact point has it.',
  header: 'The header with the signature.',
  timestampHeader: TIMESTAMP,
  toleranceSeconds: TOLERANCE,
  scheme: 'What stands before the token in the Authorization header.',
  username: 'With auth basic: the user name of the contact point.',
};

const cloudwatch: Readonly<Record<string, string>> = {
  topicArns: 'Topics that may deliver here.',
  toleranceSeconds: 'How old a message may be: SNS tries for up to an hour. Seconds.',
  rawDelivery: 'Takes raw deliveries too. A token in the query is all that proves them.',
  'rawDelivery.token': 'The name of the app setting with the token.',
  'rawDelivery.queryParameter': 'The parameter that the token comes in.',
};

const eventgrid: Readonly<Record<string, string>> = {
  auth: 'Where the event subscription puts the secret.',
  'auth.kind': 'query: into its address. header: into a delivery property.',
  'auth.parameter': 'The parameter with the secret.',
  'auth.name': 'The header with the secret.',
  topics: 'Resource ids of topics that may deliver here, or what CloudEvents call their source.',
  subscriptionNames: 'Event subscriptions that may deliver here.',
  allowedOrigins:
    'Origins whose CloudEvents handshake is answered though it has no secret: eventgrid.azure.net.',
};

const cloudevents: Readonly<Record<string, string>> = {
  auth: 'How senders prove who they are.',
  'auth.kind':
    'bearer: the secret in the Authorization header. query: in the address. none: no proof.',
  'auth.parameter': 'The parameter with the secret.',
  requireVerification: NO_PROOF,
  allowedOrigins: 'Who is told with OPTIONS that it may deliver; * for everybody.',
  allowedRate: 'Requests a minute that OPTIONS grants.',
};

const webpubsub: Readonly<Record<string, string>> = {
  hub: 'Whose events are taken. Absent: those of any hub that signs with these keys.',
  allowedOrigins: 'Host names of the service, my.webpubsub.azure.com; * for any.',
  code: 'The name of the app setting whose value must come as ?code=.',
};

const mcp: Readonly<Record<string, string>> = {
  subscriptions: 'Subscriptions by the ids that the servers gave them.',
  'subscriptions.secret': 'The name of the app setting with the secret: whsec_….',
  'subscriptions.secret2': 'A second one, while one replaces the other.',
  'subscriptions.name': 'The name of the event: incident.created.',
};

const kinds: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ...{ custom, grafana, cloudwatch, eventgrid, cloudevents, webpubsub, mcp },
};

/** Descriptions that an editor shows for the fields of a source kind, by path. */
export function toSourceDescriptions(kind: string): Readonly<Record<string, string>> {
  return { ...common, ...kinds[kind] };
}
