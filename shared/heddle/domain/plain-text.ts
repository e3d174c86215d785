/** Control characters would end a line of a log, or change what a terminal shows. */
const CONTROL = /[\p{Cc}\u2028\u2029]/gu;

/** A text of a sender as a part of a line: without control characters, and of bounded length. */
export function toPlainText(text: string, maxChars = 120): string {
  const safe = text.slice(0, maxChars + 1).replace(CONTROL, ' ');
  return safe.length <= maxChars ? safe : `${safe.slice(0, maxChars - 1)}…`;
}
