/** For who writes a value alone where several belong together: `debounce: 5s`. */
export function toObjectError(example: string) {
  const error = ({ code }: { readonly code: string }) =>
    code === 'invalid_type' ? `expected an object such as ${example}` : undefined;
  return { error };
}
