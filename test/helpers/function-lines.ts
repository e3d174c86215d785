type Options = Readonly<Record<string, unknown>>;

/** A function as `GET /admin/functions` lists it. */
export interface ListedFunction {
  readonly name: string;
  readonly invoke_url_template: string | null;
  readonly config: { readonly bindings: readonly Options[] };
}

/** Writes a function as one line: its name, its trigger, its path, and every option of it. */
export function toFunctionLine(
  { name, invoke_url_template: url, config: { bindings } }: ListedFunction,
  baseUrl: string,
): string {
  const trigger = bindings.find(({ type }) => /trigger$/i.test(String(type))) ?? {};
  // The library adds the properties, and the URL has the route.
  const { type, name: _binding, direction, route, properties, ...options } = trigger;
  const path = url === null ? [] : [url.slice(baseUrl.length)];
  const outputs = bindings.filter((one) => one !== trigger && one.type !== 'http');
  const others = outputs.map((one) => `${one.direction}:${one.type}`);
  return [name.padEnd(23), type, ...path, ...toTexts(options), ...others].join(' ');
}

function toTexts(options: Options): readonly string[] {
  return Object.entries(options)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${String(value)}`);
}
