const PLACEHOLDER = /(\{[^{}]*\})/;

/** The parts that an HMAC covers, in order. The body stays bytes and is never put into a text. */
export type SignedParts = (timestamp: string, body: Buffer) => readonly (string | Buffer)[];

/** `{timestamp}.{body}` → timestamp, `.`, body. */
export function createSignedParts(template: string): SignedParts {
  const parts = template.split(PLACEHOLDER);
  return (timestamp, body) =>
    parts.map((part) => {
      if (part === '{body}') return body;
      return part === '{timestamp}' ? timestamp : part;
    });
}

/** Every part must be signed: a forger could change a body or timestamp that is not. */
export function findTemplateFault(
  template: string,
  timestampHeader: string | undefined,
): string | undefined {
  const names = template.split(PLACEHOLDER).filter((part) => PLACEHOLDER.test(part));
  const unknown = names.find((name) => name !== '{body}' && name !== '{timestamp}');
  if (unknown) return `${unknown} is unknown: expected {timestamp} and {body}`;
  const countOf = (name: string) => names.filter((candidate) => candidate === name).length;
  if (countOf('{body}') !== 1) return 'expected {body} once';
  const hasTimestamp = timestampHeader !== undefined;
  if (countOf('{timestamp}') === (hasTimestamp ? 1 : 0)) return undefined;
  return hasTimestamp ? 'expected {timestamp} once' : 'expected a timestampHeader for {timestamp}';
}
