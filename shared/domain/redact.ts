/** Shorter values would take innocent text away with them, and are no secrets worth the name. */
const MIN_SECRET_CHARS = 6;

/** Takes known secret values out of texts that are to be kept, logged or shown. */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  const texts = secrets.filter((secret) => secret.length >= MIN_SECRET_CHARS);
  // In JSON, a secret with quotes or line ends in it is another text.
  const known = [...new Set(texts.flatMap((text) => [text, JSON.stringify(text).slice(1, -1)]))];
  // The longest first: a shorter one within it would leave its rest standing.
  known.sort((a, b) => b.length - a.length);
  return (text) => known.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
}
