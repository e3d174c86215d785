/** Explains the expected object when a single value is given, such as `debounce: 5s`. */
export function toObjectError(example: string) {
  const error = ({ code }: { readonly code: string }) =>
    code === 'invalid_type' ? `expected an object such as ${example}` : undefined;
  return { error };
}
