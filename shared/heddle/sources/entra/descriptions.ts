/**
 * Descriptions of the settings of senders that prove themselves by a token, by path. They are apart
 * from the schemas, since functions are registered from descriptions before zod is loaded.
 */
export const entraDescriptions: Readonly<Record<string, string>> = {
  'auth.tenant':
    'With entra: the id of the tenant whose tokens are accepted. Absent: the tenant of the deployment.',
  'auth.audience':
    'With entra: the audience (aud) for which the sender gets its token; a list accepts any of them.',
  'auth.oid': "With entra: the object id (oid) of the sender's identity, or a list of these.",
  'auth.appid':
    "With entra: the client id (appid, azp) of the sender's application, or a list of these.",
};
