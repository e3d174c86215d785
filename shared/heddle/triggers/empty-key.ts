/** Texts to which a value renders that says nothing. */
const NOTHING = ['', 'None', 'null', 'undefined', '[]', '{}'];

/** What a template writes of the event. */
const VALUE = /\{\{.*?\}\}/gs;

/**
 * Whether a template has rendered nothing of the event: no text or only spaces, a null, an empty
 * list or map; beside text of its own, as in `order-{{ event.id }}`, such a value in every place.
 * Events without a key would otherwise all have the same. A text without values is a key.
 */
export function isEmptyKey(template: string, key: string): boolean {
  if (!/\{[{%]/.test(template)) return false;
  const text = key.trim();
  if (NOTHING.includes(text)) return true;
  const own = template.replaceAll(VALUE, '').trim();
  if (own === '' || /\{[%#]/.test(template)) return false;
  return NOTHING.some((nothing) => toBare(template.replaceAll(VALUE, nothing)) === toBare(text));
}

/** `{{-` and `-}}` take spaces away, and so may a value that is only spaces. */
function toBare(text: string): string {
  return text.replaceAll(/\s+/g, '');
}
