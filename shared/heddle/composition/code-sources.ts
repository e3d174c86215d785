import type { CodeFault } from '../actors/code-fault.ts';
import type { CodeSource } from '../actors/code-source.ts';
import type { Registrations } from '../actors/registrations.ts';
import { isJsonObject } from '../domain/json.ts';
import type { Endpoint } from '../sources/custom/endpoint.ts';
import type { SourceKind } from '../sources/source.ts';

/** Sources of endpoints in code as a triggers file has them, by name. */
export function toWrittenSources(runtime?: Registrations): Readonly<Record<string, object>> {
  const sources = runtime?.sources.all ?? [];
  return Object.fromEntries(sources.map(({ name, written }) => [name, written]));
}

/** Lets the kind `custom` verify requests of endpoints in code, and leaves all else as it is. */
export async function withCodeSources(
  kinds: readonly SourceKind[],
  runtime?: Registrations,
): Promise<readonly SourceKind[]> {
  const sources = runtime?.sources.all ?? [];
  if (sources.length === 0) return kinds;
  const { createCustomKind } = await import('../sources/custom/custom.ts');
  const code = Object.fromEntries(sources.map((source) => [source.name, toEndpoint(source)]));
  const custom = createCustomKind(code);
  return kinds.map((kind) => {
    if (kind.kind !== custom.kind) return kind;
    const create: SourceKind['create'] = (settings, context) =>
      (Object.hasOwn(code, context.name) ? custom : kind).create(settings, context);
    return { ...kind, create };
  });
}

function toEndpoint({ route, method, verify }: CodeSource): Endpoint {
  const base = { route, ...(method === undefined ? {} : { method }) };
  if (!verify) return base;
  const { call, header } = verify;
  return {
    ...base,
    async verifySignature(payload, headers, secrets) {
      const signature = header === undefined ? '' : headers.get(header);
      if (signature === null) return false;
      return call(payload, signature, secrets[0]?.value ?? '', headers);
    },
  };
}

/** Finds sources of the file that have the name or the route of one in code. */
export function findTakenSources(inFile: unknown, runtime?: Registrations): readonly CodeFault[] {
  const sources = (inFile as { readonly sources?: unknown } | null)?.sources;
  if (!isJsonObject(sources)) return [];
  const isCustom = (name: string) => isJsonObject(sources[name]) && sources[name].kind === 'custom';
  return (runtime?.sources.all ?? []).flatMap(({ name, route }) => {
    const taken = Object.hasOwn(sources, name) ? name : isCustom(route) ? route : undefined;
    if (taken === undefined) return [];
    const message = `endpoint.path: it is that of the source ${taken} of the file: take another`;
    return [{ name, message }];
  });
}
